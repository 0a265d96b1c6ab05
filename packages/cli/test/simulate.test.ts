import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { createLifecycle, createLogger, type Lifecycle } from '@freeway/runtime';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAllSettings } from '../src/dev/read-all-settings.ts';
import { type Everything, startAll } from '../src/dev/start-all.ts';
import { type Run, runFreeway } from './run-freeway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];
const TIMEOUT_MS = 120_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const freeway = (args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  runFreeway(['simulate', ...args], { cwd: folder, env });

/** A scenario of one purchase, and what its file says of it. */
function scenarioFile(name: string, expect_: object): string {
  const path = join(folder, `${name}.json`);
  const purchase = { step: 'purchase', type: 'authorization', card_token: 'CARD', amount: 12.5, expect: expect_ };
  const account = { currency: 'USD', balance: '100.00' };
  writeFileSync(path, JSON.stringify({ title: 'One purchase', about: 'A test.', account, steps: [purchase] }));
  return path;
}

describe('freeway simulate', { timeout: TIMEOUT_MS }, () => {
  test('lists the recipes by name', async () => {
    const { code, stdout } = await freeway(['--list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^purchase-exact-clearing +Purchase, exact clearing$/m);
    expect(stdout.trim().split('\n').length).toBeGreaterThan(20);
  });

  test('says what is wrong with how it is called, and with a file', async () => {
    expect(await freeway([])).toMatchObject({ code: 2, stderr: expect.stringContaining('--list shows them') });
    expect(await freeway(['no-such-thing'])).toMatchObject({
      code: 2,
      stderr: 'no-such-thing: there is no scenario no-such-thing, nor a file of this name\n',
    });
    const path = join(folder, 'wrong.json');
    writeFileSync(path, '{"title":"T","about":"A","account":{"currency":"USD","balance":"1"},"steps":[{"stpe":1}]}');
    const { code, stderr } = await freeway([path]);
    expect(code).toBe(2);
    expect(stderr).toContain('steps[0].step: it is missing');
    expect(stderr).toContain('steps[0].stpe: nobody knows this word');
  });

  test('says that nobody listens', async () => {
    const nowhere = ['--gateway', 'http://127.0.0.1:1/v1/jit', '--intake', 'http://127.0.0.1:1/v1/webhooks/marqeta'];
    const { code, stderr } = await freeway(['pin-debit', ...nowhere]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'freeway: no gateway answers at http://127.0.0.1:1/v1/jit; start one, for example with freeway dev\n',
    );
  });
});

describe.skipIf(serverUrl === undefined)('freeway simulate on a running Freeway', { timeout: TIMEOUT_MS }, () => {
  let database: TestDatabase;
  let lifecycle: Lifecycle;
  let everything: Everything;
  const presented = {
    JIT_BASIC_AUTH_USERNAME: 'marqeta',
    JIT_BASIC_AUTH_PASSWORD: 'Only-4-your-own-machine',
    WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
    WEBHOOK_BASIC_AUTH_PASSWORD: 'Only-4-your-own-machine',
    WEBHOOK_SIGNATURE_SECRET: 'an-example-of-a-secret',
  };

  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
    const logger = createLogger({ process: 'test', level: 'silent' });
    lifecycle = createLifecycle({ logger, stopTimeoutMs: 10_000 });
    const ports = { PORT: '0', INTAKE_PORT: '0' };
    const read = readAllSettings({ ...presented, ...ports, DATABASE_URL: database.url, LOG_LEVEL: 'silent' });
    if (!read.ok) throw new Error(read.faults.join('; '));
    everything = await startAll({ settings: read.settings, databaseUrl: database.url, logger, lifecycle });
  });
  afterAll(async () => {
    await lifecycle.stop();
    await database.close();
  });

  const play = (...args: string[]): Promise<Run> => {
    const addresses = ['--gateway', `${everything.gateway.url}/v1/jit`];
    addresses.push('--intake', `${everything.intake.url}/v1/webhooks/marqeta`);
    return freeway([...args, ...addresses], { ...presented, DATABASE_URL: database.url });
  };

  test('plays recipes, each step with what it did', async () => {
    const names = ['tip-over-clearing', 'gateway-too-late', 'stand-in-network', 'chargeback-lost'];
    const { code, stdout, stderr } = await play(...names);
    expect(stderr).toBe('');
    expect(stdout).toContain('listed cleared_beyond_hold');
    expect(stdout).not.toContain('DIFF');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('every step did what its scenario says');
    expect(code).toBe(0);
  });

  test('plays the same again: each run has tokens and an account of its own', async () => {
    const [first, second] = [
      await play('purchase-exact-clearing', '--json'),
      await play('purchase-exact-clearing', '--json'),
    ];
    expect([first.code, second.code]).toEqual([0, 0]);
    const tokens = [first, second].map(({ stdout }) => JSON.parse(stdout)[0].steps[0].transaction);
    expect(tokens[0]).not.toBe(tokens[1]);
    expect(JSON.parse(first.stdout)).toMatchObject([
      {
        scenario: 'purchase-exact-clearing',
        steps: [
          { step: 'purchase', ok: true, actual: { answer: 'approved', held: '50.00', posted: '0.00' } },
          { step: 'clearing', ok: true, actual: { held: '-50.00', posted: '-50.00', exceptions: [] } },
        ],
      },
    ]);
  });

  test('exits 1 where a step does something else than its file says', async () => {
    const { code, stdout } = await play(
      scenarioFile('odd', { answer: 'INVALID_CARD', held: '+12.50', posted: '-1.00' }),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('DIFF  purchase');
    expect(stdout).toContain('answered approved, expected INVALID_CARD');
    expect(stdout).toContain('posted moved by 0.00, expected -1.00');
    expect(stdout).not.toContain('held moved');
  });
});

describe('freeway simulate --target sandbox', { timeout: TIMEOUT_MS }, () => {
  let sandbox: Server;
  let env: Record<string, string>;
  const paths: string[] = [];

  // Marqeta's own cannot be reached from here: this one answers in its words.
  beforeAll(async () => {
    sandbox = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      paths.push(`${request.method} ${request.url}`);
      const type = request.url!.split('/').at(-1)!;
      const { amount } = JSON.parse(text || '{}');
      const method = type === 'authorization' ? 'pgfs.authorization' : 'pgfs.authorization.clearing';
      const state = type === 'authorization' ? 'PENDING' : 'COMPLETION';
      const transaction = {
        token: `tx-${paths.length}`,
        type,
        state,
        amount,
        gpa_order: { jit_funding: { method, amount } },
      };
      response.writeHead(request.method === 'POST' ? 201 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(request.method === 'POST' ? { transaction } : { error_code: '404001' }));
    });
    sandbox.listen(0, '127.0.0.1');
    await once(sandbox, 'listening');
    env = {
      CORE_API_URL: `http://127.0.0.1:${(sandbox.address() as AddressInfo).port}/v3`,
      CORE_API_APPLICATION_TOKEN: 'application',
      CORE_API_ADMIN_TOKEN: 'admin',
    };
  });
  afterAll(async () => {
    sandbox.closeAllConnections();
    sandbox.close();
    await once(sandbox, 'close');
  });

  test('shows where the records of the platform differ from our table', async () => {
    const { code, stdout } = await freeway(['purchase-exact-clearing', '--target', 'sandbox', '--card', 'card_1'], env);
    expect(paths[0]).toBe('POST /v3/simulations/cardtransactions/authorization');
    expect(stdout).toContain('same       purchase');
    expect(stdout).toContain('different  clearing');
    expect(stdout).toContain('method pgfs.authorization.clearing, our table says pgfs.authorization.capture');
    expect(code).toBe(1);
  });

  test('asks for what it needs', async () => {
    const target = ['pin-debit', '--target', 'sandbox'];
    expect(await freeway([...target, '--card', 'c'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('CORE_API_URL'),
    });
    expect(await freeway(target, env)).toMatchObject({ code: 2, stderr: expect.stringContaining('--card') });
  });
});
