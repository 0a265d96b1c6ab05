import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureSuite } from '../../src/authorizations/measure/measure-suite.ts';
import { asTable } from '../../src/authorizations/report/as-table.ts';
import { faultsOfRun } from '../../src/authorizations/report/faults-of-run.ts';
import { RUN } from '../../src/authorizations/report/run-names.ts';
import { createFreeway, type Freeway } from '../../src/freeway.ts';

let folder: string;
let freeway: Freeway;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeway-bench-test-'));
  // Run by root, the embedded PostgreSQL is another user, who must get through to its own folder below.
  await chmod(folder, 0o711);
  freeway = createFreeway(folder);
});
afterAll(async () => {
  await freeway.stopAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

// Real processes and a real database: what is asserted is that all is right, never how fast it is.
test('a short suite answers everything rightly and leaves clean books', { timeout: 180_000 }, async () => {
  const said: string[] = [];
  const result = await measureSuite(
    {
      durationMs: 500,
      users: 40,
      connections: 4,
      rounds: 1,
      only: ['canonical', 'saturation', 'gateways', 'half'],
      large: false,
      out: undefined,
      json: false,
      command: 'of a test',
    },
    { folder, freeway, signal: AbortSignal.timeout(170_000), say: (line) => said.push(line) },
  );
  expect(result.failures).toEqual([]);
  expect(result.runs.map(({ name, ...run }) => [name, faultsOfRun({ name, ...run })])).toEqual([
    [RUN.nullServer, []],
    [RUN.uniform, []],
    [RUN.hot, []],
    [RUN.textbook, []],
    ['canonical', []],
    [RUN.oneGateway, []],
    [RUN.twoGateways, []],
    [RUN.half, []],
    [RUN.floor, []],
  ]);
  expect(result.figures.map(({ id }) => id)).toContain('two_gateways_to_one');
  expect(result.figures.map(({ id }) => id)).not.toContain('gateway_memory');
  expect(result.machine.postgres).toMatch(
    /^PostgreSQL \d+\.\d+, fsync on, full_page_writes on, synchronous_commit on$/,
  );
  expect(asTable(result)).toContain('Freeway, one hot account');
  expect(said).toContain('verifying the ledger');
});
