import { describe, expect, test } from 'vitest';
import { type GateVerdict, judgeGate } from '../../../src/authorizations/gate/gate.ts';
import { gateAsJson, gateText } from '../../../src/authorizations/gate/gate-text.ts';
import { heldRate } from '../../../src/authorizations/gate/held-rate.ts';
import { type GateId, THRESHOLDS } from '../../../src/authorizations/gate/thresholds.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import type { SuiteRun } from '../../../src/authorizations/report/suite-result.ts';
import { type TargetId, TARGETS } from '../../../src/authorizations/report/targets.ts';
import { runOf, RUNS, withLoad } from '../suite-fixture.ts';

const NAMES: readonly string[] = [RUN.uniform, RUN.hot, RUN.nullServer, RUN.textbook];
const HELD = runOf([RUN.held, 'Freeway, held rate', 'gate'], { perSecond: 1000, p50: 2, isOpen: true, seconds: 5 }, {});
const GOOD: readonly SuiteRun[] = [...RUNS.filter(({ name }) => NAMES.includes(name)), HELD];

type Change = (run: SuiteRun) => SuiteRun;
const withRun = (name: string, change: Change): readonly SuiteRun[] =>
  GOOD.map((run) => (run.name === name ? change(run) : run));
const failed = ({ checks }: GateVerdict): GateId[] => checks.filter(({ passed }) => !passed).map(({ id }) => id);
const throughput = (answeredPerSecond: number): Change => withLoad({ answeredPerSecond });
const p99 =
  (ms: number): Change =>
  (run) =>
    withLoad({ latencyMs: { ...run.load.latencyMs, p99: ms } })(run);
const cpu =
  (us: Readonly<Record<string, number>>): Change =>
  (run) => ({ ...run, cpuUs: us });

describe('the gate', () => {
  test('passes what keeps the promise', () => {
    expect(judgeGate(GOOD)).toMatchObject({ passed: true, faults: [] });
  });

  test.each<[GateId, string, Change, Change]>([
    ['saturated_to_null', RUN.nullServer, throughput(9800 / 0.18), throughput(9800 / 0.17)],
    ['saturated_to_textbook', RUN.textbook, throughput(9800 / 3.31), throughput(9800 / 3.29)],
    ['hot_to_uniform', RUN.hot, throughput(9800 * 0.71), throughput(9800 * 0.69)],
    ['cpu_to_null', RUN.uniform, cpu({ gateway: 150, PostgreSQL: 122 }), cpu({ gateway: 150, PostgreSQL: 123 })],
    ['held_share', RUN.held, throughput(951), throughput(949)],
    ['held_p99', RUN.held, p99(100), p99(100.1)],
  ])('%s has its limit', (id, name, justWithin, justBeyond) => {
    expect(failed(judgeGate(withRun(name, justWithin)))).toEqual([]);
    const verdict = judgeGate(withRun(name, justBeyond));
    expect(failed(verdict)).toEqual([id]);
    expect(verdict).toMatchObject({ passed: false, mayTryAgain: true });
  });

  test.each<[string, string, Change]>([
    ['Freeway, one hot account: 1 x no answer', RUN.hot, withLoad({ wrong: { 'no answer': 1 } })],
    [
      'Freeway, held rate: VIOLATED  entries balance',
      RUN.held,
      (run) => ({ ...run, ledgerFault: 'VIOLATED  entries balance' }),
    ],
    [
      'textbook: held is not the sum of the holds',
      RUN.textbook,
      (run) => ({ ...run, ledgerFault: 'held is not the sum of the holds' }),
    ],
  ])('fails for good with %s', (fault, name, change) => {
    expect(judgeGate(withRun(name, change))).toMatchObject({ passed: false, mayTryAgain: false, faults: [fault] });
  });

  test('fails for good with a wrong answer in a run that nothing else judges', () => {
    const other = runOf(['canonical', 'Freeway, canonical', 'gate'], { perSecond: 9000, p50: 6 }, {});
    const runs = [...GOOD, withLoad({ wrong: { 'declined with UNKNOWN': 1 } })(other)];
    expect(judgeGate([...GOOD, other]).passed).toBe(true);
    expect(judgeGate(runs)).toMatchObject({
      passed: false,
      mayTryAgain: false,
      faults: ['Freeway, canonical: 1 x declined with UNKNOWN'],
    });
  });

  test('fails for good without one of its runs', () => {
    const verdict = judgeGate(GOOD.filter(({ name }) => name !== RUN.textbook));
    expect(failed(verdict)).toEqual(['saturated_to_textbook']);
    expect(verdict).toMatchObject({ passed: false, mayTryAgain: false });
  });

  test('fails where nobody knows the CPU', () => {
    expect(failed(judgeGate(withRun(RUN.nullServer, cpu({}))))).toEqual(['cpu_to_null']);
  });

  test('fails when the held rate was no rate', () => {
    expect(failed(judgeGate(withRun(RUN.held, withLoad({ offeredPerSecond: undefined }))))).toEqual(['held_share']);
  });
});

describe('the thresholds', () => {
  test.each(THRESHOLDS.filter(({ id }) => id in TARGETS).map(({ id, limit }) => [id, limit] as const))(
    '%s is looser than its bar, and not by half',
    (id, limit) => {
      const { bar } = TARGETS[id as TargetId];
      expect(limit).toBeLessThan(bar);
      expect(limit).toBeGreaterThan(bar / 2);
    },
  );

  test('say why they are where they are', () => {
    expect(THRESHOLDS.filter(({ why }) => why.length < 20)).toEqual([]);
  });
});

describe('what the gate says', () => {
  test('names each check with its value and its limit', () => {
    const text = gateText(judgeGate(GOOD));
    expect(text).toMatch(/^ok\s+saturated throughput \/ textbook\s+7\.48x\s+at least 3\.30x$/m);
    expect(text).toMatch(/^ok\s+p99 at a rate that the machine holds\s+\S+ ms\s+at most 100\.0 ms$/m);
    expect(text.split('\n').at(-1)).toBe('gate passed: 6 checks, every answer right');
  });

  test('says by how much a measure was missed, and why its limit is there', () => {
    const text = gateText(judgeGate(withRun(RUN.held, p99(150))));
    expect(text).toMatch(
      /^FAILED\s+p99 at a rate .* 150\.0 ms\s+at most 100\.0 ms\s+50 % too high \(the limit is there since the promise/m,
    );
    expect(text.split('\n').at(-1)).toBe('gate failed: 1 of 6 checks, 0 faults');
    expect(gateText(judgeGate(withRun(RUN.held, p99(100.2))))).toContain('less than 1 % too high');
    expect(gateText(judgeGate(withRun(RUN.hot, throughput(4900))))).toMatch(/0\.500\s+at least 0\.700\s+29 % too low/);
  });

  test('says what was wrong, and what could not be measured for it', () => {
    const text = gateText(judgeGate(withRun(RUN.hot, withLoad({ wrong: { 'status 503': 2 } }))));
    expect(text).toContain('WRONG   Freeway, one hot account: 2 x status 503');
    expect(text).toContain("not measured: the run 'hot' is void: 2 x status 503");
  });

  test('tells programs the same', () => {
    const json = JSON.parse(JSON.stringify(gateAsJson(judgeGate(GOOD.slice(1))))) as { checks: unknown[] };
    expect(json).toMatchObject({ bench: 'check', passed: false, faults: [] });
    expect(json.checks[0]).toMatchObject({
      id: 'saturated_to_null',
      limit: expect.closeTo(0.175) as number,
      value: null,
      passed: false,
      why_not: "there was no run 'freeway uniform saturated'",
    });
  });
});

test.each([
  [9800, 500],
  [2001, 250],
  [3, 1],
])('of %d/s when saturated a machine holds %d/s', (saturated, held) => {
  expect(heldRate(saturated)).toBe(held);
});
