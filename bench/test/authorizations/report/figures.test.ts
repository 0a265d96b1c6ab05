import { describe, expect, test } from 'vitest';
import { faultsOfRun } from '../../../src/authorizations/report/faults-of-run.ts';
import { figuresOf } from '../../../src/authorizations/report/figures-of.ts';
import { judgeFigure } from '../../../src/authorizations/report/judge-figure.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import { suiteFaultsOf } from '../../../src/authorizations/report/suite-faults.ts';
import type { Figure, SuiteResult, SuiteRun } from '../../../src/authorizations/report/suite-result.ts';
import { TARGET_IDS, TARGETS, type TargetId } from '../../../src/authorizations/report/targets.ts';
import { msText, valueText } from '../../../src/authorizations/report/value-text.ts';
import { RUNS, SUITE, suiteWith, withLoad } from '../suite-fixture.ts';

const figure = (figures: readonly Figure[], id: TargetId): Figure => {
  const found = figures.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no figure ${id}`);
  return found;
};

describe('the verdict on a figure', () => {
  test.each<[TargetId, number, Figure['verdict']]>([
    ['saturated_to_null', 0.4, 'aim'],
    ['saturated_to_null', 0.399, 'bar'],
    ['saturated_to_null', 0.25, 'bar'],
    ['saturated_to_null', 0.2499, 'missed'],
    ['saturated_to_textbook', 10, 'aim'],
    ['saturated_to_textbook', 5.99, 'missed'],
    ['hot_to_uniform', 1.5, 'aim'],
    ['hot_to_uniform', 0.99, 'missed'],
    ['half_p99', 5, 'aim'],
    ['half_p99', 10, 'bar'],
    ['half_p99', 10.01, 'missed'],
    ['p999_at_500', 8, 'aim'],
    ['p999_at_500', 20.1, 'missed'],
    ['cpu', 90, 'aim'],
    ['cpu', 150, 'bar'],
    ['cpu', 151, 'missed'],
    ['large_to_empty', 0.9, 'aim'],
    ['large_to_empty', 0.74, 'missed'],
    ['two_gateways_to_one', 1.2, 'aim'],
    ['two_gateways_to_one', 0.89, 'missed'],
    ['p99_change_on_death', -2, 'aim'],
    ['p99_change_on_death', 10, 'bar'],
    ['p99_change_on_death', 10.1, 'missed'],
    ['gateway_memory', 150, 'aim'],
    ['gateway_memory', 201, 'missed'],
  ])('%s of %d: %s', (id, value, verdict) => {
    expect(judgeFigure(id, value).verdict).toBe(verdict);
  });

  test('what has no number was not measured', () => {
    expect(judgeFigure('cpu', undefined, 'why').verdict).toBe('not measured');
    expect(judgeFigure('cpu', Number.NaN).verdict).toBe('not measured');
  });
});

const p99 = (ms: number) => (run: SuiteRun) => withLoad({ latencyMs: { ...run.load.latencyMs, p99: ms } })(run);
const figuresWith = (changes: Readonly<Record<string, (run: SuiteRun) => SuiteRun>>): readonly Figure[] =>
  figuresOf(RUNS.map((run) => changes[run.name]?.(run) ?? run));

describe('the figures of a suite', () => {
  test('come from its runs', () => {
    const { figures } = SUITE;
    expect(figures.map(({ id }) => id)).toEqual(TARGET_IDS);
    expect(figure(figures, 'saturated_to_null').value).toBeCloseTo(9800 / 27_400);
    expect(figure(figures, 'saturated_to_textbook').value).toBeCloseTo(9800 / 1310);
    expect(figure(figures, 'hot_to_uniform').value).toBeCloseTo(12_100 / 9800);
    expect(figure(figures, 'cpu').value).toBe(47 + 61);
    expect(figure(figures, 'large_to_empty').value).toBeCloseTo(8020 / 9800);
    expect(figure(figures, 'two_gateways_to_one').value).toBeCloseTo(9400 / 11_000);
    expect(figure(figures, 'gateway_memory').value).toBe(168);
  });

  test("the generator's floor is taken off the p99 at half of saturation", () => {
    const figures = figuresWith({ [RUN.half]: p99(9.5), [RUN.floor]: p99(1.5) });
    expect(figure(figures, 'half_p99').value).toBeCloseTo(8);
  });

  test('the worst of the three deaths counts', () => {
    const figures = figuresWith({
      [RUN.allAlive]: p99(4),
      [RUN.redisDies]: p99(5),
      [RUN.rabbitmqDies]: p99(11),
      [RUN.mongodbDies]: p99(3),
    });
    expect(figure(figures, 'p99_change_on_death').value).toBeCloseTo(7);
  });

  test('a figure on a void run is not measured and says why', () => {
    const { figures } = suiteWith(RUN.hot, withLoad({ wrong: { 'status 503': 3 } }));
    expect(figure(figures, 'hot_to_uniform')).toMatchObject({
      value: undefined,
      verdict: 'not measured',
      why: "the run 'hot' is void: 3 x status 503",
    });
    expect(figure(figures, 'saturated_to_null').verdict).toBe('bar');
  });

  test('a figure without its run is not measured and names the run', () => {
    const figures = figuresOf(RUNS.filter(({ name }) => name !== RUN.mongodbDies));
    expect(figure(figures, 'p99_change_on_death').why).toBe("there was no run 'mongodb dies'");
  });

  test.each<[string, TargetId, RegExp, (run: SuiteRun) => SuiteRun]>([
    [RUN.uniform, 'cpu', /CPU of PostgreSQL is not known/, (run) => ({ ...run, cpuUs: { gateway: 40 } })],
    [RUN.uniform, 'cpu', /CPU of gateway is not known/, (run) => ({ ...run, cpuUs: undefined })],
    [RUN.million, 'gateway_memory', /memory of the gateway is not known/, (run) => ({ ...run, rssBytes: undefined })],
    [RUN.million, 'gateway_memory', /only 999999 requests/, withLoad({ answered: 999_999 })],
  ])('%s that does not say %s', (name, id, why, change) => {
    expect(figure(suiteWith(name, change).figures, id)).toMatchObject({
      verdict: 'not measured',
      why: expect.stringMatching(why) as string,
    });
  });

  test('a note stays with a figure that was measured', () => {
    expect(figure(figuresOf(RUNS, { cpu: 'see the profile' }), 'cpu').why).toBe('see the profile');
  });
});

describe('a run', () => {
  const [good] = RUNS as readonly [SuiteRun];

  test('with every answer right and books that balance counts', () => {
    expect(RUNS.map(faultsOfRun)).toEqual(RUNS.map(() => []));
  });

  test.each<[string, SuiteRun]>([
    ['2 x no answer', withLoad({ wrong: { 'no answer': 2 } })(good)],
    ['nothing was answered', withLoad({ answered: 0, approved: 0 })(good)],
    ['nothing was approved', withLoad({ approved: 0 })(good)],
    ['VIOLATED  entries balance', { ...good, ledgerFault: 'VIOLATED  entries balance' }],
    ['the gateway ended with 1', { ...good, processFaults: ['the gateway ended with 1'] }],
  ])('is void with: %s', (fault, run) => {
    expect(faultsOfRun(run)).toEqual([fault]);
  });

  test('against the null server has nothing to approve', () => {
    expect(faultsOfRun({ ...withLoad({ approved: 0 })(good), system: 'null server' })).toEqual([]);
  });
});

describe('the verdict on the suite', () => {
  test('names void runs and missed figures, and not what was not measured', () => {
    const voided: SuiteResult = suiteWith(RUN.hot, withLoad({ wrong: { 'status 503': 3 } }));
    expect(suiteFaultsOf(voided)).toEqual([
      'void: Freeway, one hot account: 3 x status 503',
      'two gateways contending for the same hot accounts / one: 0.85, not 0.90',
    ]);
  });

  test('names what could not be measured although it was asked for', () => {
    expect(suiteFaultsOf({ ...SUITE, runs: [], figures: [], failures: ['sql: no such function'] })).toEqual([
      'failed: sql: no such function',
    ]);
  });

  test('tells why a figure was not measured in its own words and in those of the measurement', () => {
    const figures = figuresOf([], { p99_change_on_death: 'RabbitMQ cannot be had on this machine' });
    expect(figure(figures, 'p99_change_on_death').why).toMatch(/^there was no run .*; RabbitMQ cannot be had/);
  });
});

describe('a value', () => {
  test.each<[TargetId, number | undefined, string]>([
    ['saturated_to_null', 0.3577, '0.36'],
    ['saturated_to_textbook', 7.48, '7.5x'],
    ['half_p99', 4.59, '4.6 ms'],
    ['half_p99', -0.01, '0.0 ms'],
    ['p99_change_on_death', 3.14, '+3.1 ms'],
    ['p99_change_on_death', -3.14, '-3.1 ms'],
    ['p99_change_on_death', 0.01, '0.0 ms'],
    ['cpu', 107.6, '108 us'],
    ['gateway_memory', 168.4, '168 MB'],
    ['cpu', undefined, '-'],
  ])('of %s %d is written %s', (id, value, text) => {
    expect(valueText(TARGETS[id], value)).toBe(text);
  });

  test.each([
    [0.4242, '0.42'],
    [8.314, '8.31'],
    [74.23, '74.2'],
    [204.8, '205'],
    [1204.4, '1,204'],
  ])('of %d ms has the digits that matter', (ms, text) => {
    expect(msText(ms)).toBe(text);
  });
});
