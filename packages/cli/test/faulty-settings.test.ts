// Every process, started with several settings that are wrong or missing: each of them is named at once, none is repeated.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROCESS_KEYS, PROCESSES } from './played-world.ts';
import { runFreeway } from './run-freeway.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-faulty-'));
  writeFileSync(join(folder, 'short'), 'too-short-1\n');
  writeFileSync(join(folder, 'no-url'), 'no-url-at-all\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Read by every process. */
const COMMON = { DATABASE_URL: 'mysql://user:hidden-1@host/db', LOG_LEVEL: 'loud-1', STOP_TIMEOUT_MS: '10s' };
const WORKER = {
  MARQETA_TIMEOUT_MS: '12345',
  MONGODB_POOL_MIN: '-2',
  QUEUE_PREFIX: 'Not Allowed',
  OPERATIONS_PORT: 'http',
};

const CASES = {
  gateway: {
    wrong: { PORT: '70000', COMMIT_BATCH_MAX: 'many', NETWORK_ALLOWANCE_MS: '1,5' },
    files: { JIT_BASIC_AUTH_PASSWORD: 'short', REDIS_URL: 'no-such-file' },
    missing: ['JIT_BASIC_AUTH_USERNAME'],
  },
  intake: {
    wrong: { INTAKE_PORT: '-1', WEBHOOK_SIGNATURE_ALGORITHMS: 'HMAC_MD_5' },
    files: { WEBHOOK_SIGNATURE_SECRET: 'short', RABBITMQ_URL: 'no-url' },
    missing: ['WEBHOOK_BASIC_AUTH_USERNAME', 'WEBHOOK_BASIC_AUTH_PASSWORD'],
  },
  relay: {
    wrong: { OUTBOX_POLL_MS: '-1', QUEUE_RETRY_DELAYS_MS: '3,2,1', OPERATIONS_PORT: 'http' },
    files: { RABBITMQ_URL: 'no-such-file' },
    missing: [],
  },
  jitFunding: { wrong: WORKER, files: { MONGODB_URI: 'no-url' }, missing: [] },
  webhook: { wrong: { ...WORKER, WEBHOOK_ARCHIVE: 'some' }, files: { MONGODB_URI: 'no-url' }, missing: [] },
  transaction: { wrong: { ...WORKER, HOLD_DAYS: 'fuel=0' }, files: { RABBITMQ_URL: 'no-url' }, missing: [] },
  sweeper: {
    wrong: { SWEEP_LOOKUPS_PER_SECOND: '1000', SWEEP_EXPIRY_GRACE_MS: 'two days', CORE_API_URL: 'ftp://elsewhere' },
    files: { RABBITMQ_URL: 'no-such-file' },
    missing: [],
  },
} as const;

describe('a start with several faulty settings exits 2 and names every one of them at once', () => {
  test.each(PROCESS_KEYS)('%s', async (name) => {
    const { wrong, files, missing } = CASES[name];
    const fromFiles = Object.entries(files).map(([setting, file]) => [`${setting}_FILE`, join(folder, file)]);
    const env = { ...COMMON, ...wrong, ...(Object.fromEntries(fromFiles) as Record<string, string>) };
    const run = await runFreeway(PROCESSES[name], { cwd: folder, env });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    const named = [...run.stderr.matchAll(/^ {2}(\w+): \S/gm)].map((match) => match[1]);
    const faulty = [...Object.keys({ ...COMMON, ...wrong, ...files }), ...missing];
    expect(named.toSorted()).toEqual(faulty.toSorted());
    for (const value of [...Object.values({ ...COMMON, ...wrong }), 'too-short-1', 'no-url-at-all'])
      expect(run.stderr).not.toContain(value);
  });

  test('migrate', async () => {
    const run = await runFreeway(['migrate'], { cwd: folder, env: COMMON });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    for (const name of Object.keys(COMMON)) expect(run.stderr).toContain(`  ${name}: `);
  });
});
