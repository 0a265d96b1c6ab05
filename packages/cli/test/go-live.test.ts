// freeway check go-live against a real gateway and intake, behind a proxy with a certificate, and against a server that shows a
// programme as Marqeta's Core API does.
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { createLifecycle, createLogger, type Lifecycle } from '@freeway/runtime';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAllSettings } from '../src/dev/read-all-settings.ts';
import { type Everything, startAll } from '../src/dev/start-all.ts';
import { type Front, startFront } from './front.ts';
import { makeCertificate } from './make-certificate.ts';
import { type ProgrammeAtMarqeta, serveProgramme, TOKENS } from './programme-at-marqeta.ts';
import { runFreeway } from './run-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const PRESENTED = {
  JIT_BASIC_AUTH_USERNAME: 'marqeta',
  JIT_BASIC_AUTH_PASSWORD: 'Only-4-your-own-machine',
  JIT_HEADER_NAME: 'X-Programme',
  JIT_HEADER_VALUE: 'quay-lane-7',
  WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
  WEBHOOK_BASIC_AUTH_PASSWORD: 'Only-5-your-own-machine',
  WEBHOOK_SIGNATURE_SECRET: 'an-example-of-a-secret',
};

interface Row {
  readonly about: string;
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly advice?: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-go-live-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A certificate, and where its authority can be read. */
function certified(days: number, name: string) {
  const { cert, key } = makeCertificate(days);
  const path = join(folder, name);
  writeFileSync(path, cert);
  return { path, tls: { cert, key } };
}

const freeway = (args: readonly string[], env: Record<string, string>) =>
  runFreeway(['check', 'go-live', ...args], { cwd: folder, env });

describe('how it is called', () => {
  test.each([
    [[], 'required option'],
    [['--url', 'ftp://gateway.example'], 'It must be an https:// URL.'],
    [['--url', 'https://ada:secret@gateway.example'], 'credentials come from the settings'],
    [['--url', 'https://gateway.example', '--ca', 'no-such-file'], 'It cannot be read.'],
  ])('%j exits 2 and says why', async (args, sentence) => {
    const { code, stdout, stderr } = await freeway(args, PRESENTED);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('secret@');
  });

  test('without the settings of gateway and intake it exits 2 and names them', async () => {
    const { code, stderr } = await freeway(['--url', 'https://gateway.example'], {});
    expect(code).toBe(2);
    for (const name of ['JIT_BASIC_AUTH_PASSWORD', 'WEBHOOK_BASIC_AUTH_PASSWORD']) expect(stderr).toContain(name);
  });

  test('nobody there: it fails, says so, and sends no password', async () => {
    const { code, stdout } = await freeway(['--url', 'https://127.0.0.1:1'], PRESENTED);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED +TLS +ECONNREFUSED/);
    expect(stdout).toMatch(/not checked +the rest +no credentials are sent there/);
  });
});

describe.skipIf(serverUrl === undefined)('against a Freeway that runs', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let lifecycle: Lifecycle;
  let everything: Everything;
  let front: Front;
  let programme: ProgrammeAtMarqeta;
  let ca: string;
  const fronts: Front[] = [];

  const route = (path: string): string | undefined => {
    if (path === '/v1/jit') return everything.gateway.url;
    return path === '/v1/webhooks/marqeta' ? everything.intake.url : undefined;
  };
  const openFront = async (...args: Parameters<typeof startFront>): Promise<Front> => {
    const opened = await startFront(...args);
    fronts.push(opened);
    return opened;
  };
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    const logger = createLogger({ process: 'test', level: 'silent' });
    lifecycle = createLifecycle({ logger, stopTimeoutMs: 10_000, ownsProcess: false });
    const ports = { PORT: '0', INTAKE_PORT: '0' };
    const read = readAllSettings({ ...PRESENTED, ...ports, DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
    if (!read.ok) throw new Error(read.faults.join('; '));
    everything = await startAll({ settings: read.settings, databaseUrl: database.url, logger, lifecycle });
    const { path, tls } = certified(90, 'ca.pem');
    ca = path;
    front = await openFront(route, tls);
  });
  afterAll(async () => {
    await Promise.all(fronts.map((each) => each.stop()));
    await lifecycle.stop();
    await database.close();
  });
  beforeEach(async () => {
    programme = await serveProgramme({
      gatewayUrl: `${front.url}/v1/jit`,
      webhookUrl: `${front.url}/v1/webhooks/marqeta`,
    });
    programme.sources['pgfs_1']!['custom_header'] = { 'x-programme': '***' };
    return () => programme.stop();
  });

  const atMarqeta = () => ({
    CORE_API_URL: programme.url,
    CORE_API_APPLICATION_TOKEN: TOKENS.application,
    CORE_API_ADMIN_TOKEN: TOKENS.admin,
  });
  const check = async (env: Record<string, string> = {}, url = front.url) => {
    const run = await freeway(['--url', url, '--ca', ca, '--json'], { ...PRESENTED, ...env });
    expect(run.stderr).toBe('');
    const { checks, questions } = JSON.parse(run.stdout) as { checks: Row[]; questions: string[] };
    const rows = (state: string) => checks.filter((each) => each.state === state);
    return { ...run, checks, questions, failed: rows('failed').map(({ name, found }) => `${name}: ${found}`), rows };
  };

  test('what is as it must be is ok, and the questions are asked', async () => {
    const before = await database.postgres.sql`select count(*)::integer as count from decisions`;
    const { code, stdout, stderr } = await freeway(['--url', front.url, '--ca', ca], { ...PRESENTED, ...atMarqeta() });
    expect(stderr).toBe('');
    for (const line of [
      /ok +TLS +TLSv1\.3/,
      /ok +TLS before 1\.2 +refused/,
      /ok +certificate +valid for (89|90) days/,
      /ok +unknown card +402 INVALID_CARD in \d+ ms/,
      /ok +wrong password +401/,
      /ok +missing custom header +401/,
      /ok +body over the limit +413/,
      /ok +\/metrics +not there \(404\)/,
      /ok +ping +200 in \d+ ms/,
      /ok +wrong signature +401/,
      /ok +no signature +401/,
      /ok +card product virtual refunds_destination +GATEWAY/,
      /ok +funding source pgfs_1 timeout_millis +3000/,
      /ok +funding source pgfs_1 custom_header +X-Programme/,
      /ok +webhook ours events +\*/,
      /not checked +webhook ours basic_auth_username +masked by the API/,
      /ask +commando of pgfs_1 limit vc_1 +100 USD a DAY, 5 times/,
      /- Are online refund authorizations switched on/,
      /\d+ ok, 0 FAILED, 1 to ask about, 1 not checked\n$/,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toContain('funded_otherwise');
    expect(code).toBe(0);
    const [after] = await database.postgres.sql`select count(*)::integer as count from decisions`;
    expect(after?.['count']).toBe(before[0]?.['count'] + 1);
    for (const secret of [PRESENTED.JIT_BASIC_AUTH_PASSWORD, PRESENTED.WEBHOOK_SIGNATURE_SECRET, TOKENS.admin])
      expect(stdout).not.toContain(secret);
  });

  test('without the Core API the programme is not checked, which is no failure', async () => {
    const { code, rows, questions } = await check();
    expect(code).toBe(0);
    expect(rows('not_checked')).toEqual([expect.objectContaining({ about: 'programme at Marqeta', name: 'set-up' })]);
    expect(questions.length).toBeGreaterThan(5);
  });

  test('credentials that gateway and intake do not have', async () => {
    const { code, failed } = await check({
      JIT_BASIC_AUTH_PASSWORD: 'Another-1-than-theirs-is',
      WEBHOOK_SIGNATURE_SECRET: 'another-secret-than-its',
    });
    expect(code).toBe(1);
    expect(failed).toEqual([
      'unknown card: 401, which is no refusal',
      'body over the limit: 401, not 413',
      'ping: 401',
    ]);
  });

  test('a certificate that nobody trusts: no password is sent', async () => {
    const seen: string[] = [];
    const stranger = await openFront((path) => {
      seen.push(path);
      return undefined;
    }, certified(90, 'stranger.pem').tls);
    const { code, failed, rows } = await check({}, stranger.url);
    expect(code).toBe(1);
    expect(failed).toEqual(['TLS: DEPTH_ZERO_SELF_SIGNED_CERT']);
    expect(rows('not_checked').map(({ name }) => name)).toEqual(['the rest', 'the rest', 'set-up']);
    expect(seen).toEqual([]);
  });

  test('a certificate that is about to expire, and a server that takes old versions of TLS', async () => {
    const { path, tls } = certified(5, 'short.pem');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.2', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { url } = await openFront(route, { ...tls, ...old });
    const { code, stdout } = await freeway(['--url', url, '--ca', path], PRESENTED);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED +certificate +expires in [45] days/);
    expect(stdout).toMatch(/FAILED +TLS before 1\.2 +TLSv1\.1 is accepted/);
  });

  test('plain HTTP, everything passed on, and an answer that is not ours', async () => {
    const open = await openFront((path) => (path === '/v1/jit' ? undefined : everything.gateway.url));
    const { code, failed } = await check({}, open.url);
    expect(code).toBe(1);
    expect(failed).toEqual(
      expect.arrayContaining([
        'TLS: plain HTTP',
        'unknown card: 404, which is no refusal',
        'wrong password: 404, not 401',
        '/metrics: 200: anybody can read it',
        '/profile: 200: anybody can read it',
        'ping: 404, not by intake',
      ]),
    );
  });

  test('a client certificate, where the proxy asks for one', async () => {
    const client = makeCertificate(30);
    writeFileSync(join(folder, 'client.pem'), client.cert);
    writeFileSync(join(folder, 'client-key.pem'), client.key);
    const { path, tls } = certified(90, 'asking.pem');
    const asking = await openFront(route, { ...tls, requestCert: true, rejectUnauthorized: true, ca: client.cert });
    const shown = ['--client-cert', join(folder, 'client.pem'), '--client-key', join(folder, 'client-key.pem')];
    const [without, withIt] = [
      await freeway(['--url', asking.url, '--ca', path], PRESENTED),
      await freeway(['--url', asking.url, '--ca', path, ...shown], PRESENTED),
    ];
    expect(without.code).toBe(1);
    expect(without.stdout).toMatch(/FAILED +TLS /);
    expect(withIt.code).toBe(0);
  });

  test('whatever is wrong in how the programme is set up at Marqeta', async () => {
    const { products, sources, webhooks, modes } = programme;
    const funding = products[2]!['config'].jit_funding.programgateway_funding_source;
    Object.assign(funding, { refunds_destination: 'GPA', always_fund: false });
    products[1]!['config'].transaction_controls = {
      enable_partial_auth_approval: true,
      allow_mcc_group_authorization_controls: true,
    };
    Object.assign(sources['pgfs_1']!, {
      url: 'https://old.example/jit',
      timeout_millis: 7000,
      active: false,
      basic_auth_username: 'somebody',
      custom_header: { other: 'x' },
    });
    Object.assign(webhooks[1]!, { events: ['transaction.*'] });
    Object.assign(webhooks[1]!['config'], { signature_algorithm: 'HMAC_MD5' });
    Object.assign(modes[0]!, { current_state: { channel: 'API', commando_enabled: true } });
    Object.assign(modes[0]!['commando_mode_enables'], { velocity_controls: [], ignore_card_suspended_state: true });
    const { code, failed } = await check(atMarqeta());
    expect(code).toBe(1);
    expect(failed).toEqual([
      'card product plastic enable_partial_auth_approval: on, beside allow_mcc_group_authorization_controls',
      'card product virtual refunds_destination: GPA',
      'card product virtual always_fund: false',
      'funding source pgfs_1 url: https://old.example/jit',
      'funding source pgfs_1 active: false',
      'funding source pgfs_1 timeout_millis: 7000',
      'funding source pgfs_1 basic_auth_username: somebody',
      'funding source pgfs_1 custom_header: other',
      'commando of pgfs_1 by hand: on: nothing reaches the gateway',
      'commando of pgfs_1 velocity_controls: none',
      'commando of pgfs_1 ignore_card_suspended_state: true',
      'webhook ours events: transaction.*',
      'webhook ours signature_algorithm: HMAC_MD5',
    ]);
  });

  test('a programme that is not set up, and tokens that Marqeta refuses', async () => {
    programme.products = [];
    programme.webhooks = [];
    const none = await check(atMarqeta());
    expect(none.failed).toEqual(['card products: none is funded by Gateway JIT', 'webhook: none of 0 points here']);
    const refused = await check({ ...atMarqeta(), CORE_API_ADMIN_TOKEN: 'a-wrong-one' });
    expect(refused.code).toBe(1);
    expect(refused.failed).toEqual([
      'set-up: the Core API refuses the application token or the admin access token (401)',
    ]);
  });

  test('what somebody must want so is asked about', async () => {
    programme.sources['pgfs_1']!['use_mtls'] = false;
    programme.products[1]!['config'].transaction_controls.enable_partial_auth_approval = true;
    programme.modes[0]!['real_time_standin_criteria'].include_response_timeouts = false;
    const some = await check({ ...atMarqeta(), LEDGER_UNAVAILABLE: 'decline' });
    expect(some.code).toBe(0);
    expect(some.rows('ask').map(({ name, found }) => `${name}: ${found}`)).toEqual([
      'card product plastic enable_partial_auth_approval: on',
      'funding source pgfs_1 use_mtls: off',
      'commando of pgfs_1 include_response_timeouts: off',
      'commando of pgfs_1 include_application_errors: on',
      'commando of pgfs_1 limit vc_1: 100 USD a DAY, 5 times',
    ]);
    programme.modes = [];
    expect((await check(atMarqeta())).rows('ask').map(({ name }) => name)).toContain('commando of pgfs_1');
  });
});
