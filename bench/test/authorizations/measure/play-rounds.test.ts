import { describe, expect, test } from 'vitest';
import { byP99, byRate, medianOf, playRounds } from '../../../src/authorizations/measure/play-rounds.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import type { SuiteRun } from '../../../src/authorizations/report/suite-result.ts';
import { runOf } from '../suite-fixture.ts';

const run = (name: string, perSecond: number, p50 = 5): SuiteRun =>
  runOf([name, name, 'a group'], { perSecond, p50 }, { gateway: 50, PostgreSQL: 60 });
const wrong = (perSecond: number): SuiteRun => {
  const right = run('a load', perSecond);
  return { ...right, load: { ...right.load, wrong: { 'status 500': 1 } } };
};

describe('the median of rounds', () => {
  test('is the run in the middle by what is compared', () => {
    const runs = [run('a', 900, 3), run('a', 100, 9), run('a', 500, 1)];
    expect(medianOf(runs, byRate).load.answeredPerSecond).toBe(500);
    expect(medianOf(runs, byP99)).toBe(runs[0]);
  });

  test('of two is the lower, of one that one', () => {
    expect(medianOf([run('a', 900), run('a', 100)], byRate).load.answeredPerSecond).toBe(100);
    expect(medianOf([run('a', 900)], byRate).load.answeredPerSecond).toBe(900);
  });

  test('is a void run wherever there is one: no other makes good for a wrong answer', () => {
    expect(medianOf([run('a', 100), run('a', 500), wrong(900)], byRate).load.wrong).toEqual({ 'status 500': 1 });
  });
});

describe('loads that are compared', () => {
  const rates = { [RUN.uniform]: [900, 500, 800], [RUN.nullServer]: [2000, 1000, 3200] };
  const played: string[] = [];
  const next = (name: keyof typeof rates) => () => {
    played.push(name);
    return Promise.resolve(run(name, rates[name].shift() ?? 0));
  };

  test('are played in turn, and each gives its median and what its figures are in each round', async () => {
    const { runs, notes } = await playRounds(3, byRate, [next(RUN.nullServer), next(RUN.uniform)]);
    expect(played).toEqual(Array.from({ length: 3 }, () => [RUN.nullServer, RUN.uniform]).flat());
    expect(runs.map(({ name, load }) => [name, load.answeredPerSecond])).toEqual([
      [RUN.nullServer, 2000],
      [RUN.uniform, 800],
    ]);
    expect(notes?.saturated_to_null).toBe('in each round alone: 0.45, 0.50, 0.25');
    expect(notes?.cpu).toBe('in each round alone: 110 us, 110 us, 110 us');
  });

  test('of figures whose runs are elsewhere nothing is said, nor of a single round', async () => {
    const twice = await playRounds(2, byRate, [() => Promise.resolve(run(RUN.uniform, 1))]);
    expect(Object.keys(twice.notes ?? {})).toEqual(['cpu']);
    const once = await playRounds(1, byRate, [() => Promise.resolve(run(RUN.uniform, 1))]);
    expect(once.notes).toEqual({});
  });
});
