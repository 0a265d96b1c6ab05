import { describe, expect, test } from 'vitest';
import { attemptGate } from '../../../src/authorizations/measure/attempt-gate.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import type { SuiteRun } from '../../../src/authorizations/report/suite-result.ts';
import { RUNS, runOf, withLoad } from '../suite-fixture.ts';

const GOOD: readonly SuiteRun[] = [
  ...RUNS,
  runOf([RUN.held, 'held', 'at a rate'], { perSecond: 1000, p50: 2, isOpen: true }, { gateway: 90 }),
];
const changed = (name: string, change: (run: SuiteRun) => SuiteRun): readonly SuiteRun[] =>
  GOOD.map((run) => (run.name === name ? change(run) : run));
const SLOW = changed(RUN.uniform, withLoad({ answeredPerSecond: 100 }));
const WRONG = changed(RUN.hot, withLoad({ wrong: { 'status 500': 1 } }));

async function attempt(...outcomes: (readonly SuiteRun[])[]) {
  const said: string[] = [];
  const left = [...outcomes];
  const result = await attemptGate(
    () => Promise.resolve(left.shift() ?? []),
    (line) => said.push(line),
  );
  return { ...result, said };
}

describe('the gate', () => {
  test('that passes is tried once', async () => {
    expect(await attempt(GOOD, SLOW)).toMatchObject({ attempts: 1, runs: GOOD, said: [] });
  });

  test('is tried again when only a measure was missed, and says which', async () => {
    const { attempts, runs, said } = await attempt(SLOW, GOOD);
    expect(attempts).toBe(2);
    expect(runs).toBe(GOOD);
    expect(said.join('\n')).toContain('FAILED  saturated throughput / Fastify null server');
  });

  test('is tried three times at most, and then the last counts', async () => {
    expect(await attempt(SLOW, SLOW, SLOW, GOOD)).toMatchObject({ attempts: 3, runs: SLOW });
  });

  test('is not tried again after a wrong answer, which no other attempt mends', async () => {
    expect(await attempt(WRONG, GOOD)).toMatchObject({ attempts: 1, runs: WRONG });
  });
});
