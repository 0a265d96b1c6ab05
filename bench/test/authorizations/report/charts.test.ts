import { describe, expect, test } from 'vitest';
import { strokeOf, processColours } from '../../../src/authorizations/report/charts/colours.ts';
import { cpuByRun, processesOf } from '../../../src/authorizations/report/charts/cpu.ts';
import { percentileText, points } from '../../../src/authorizations/report/charts/latency-by-percentile.ts';
import { latencyLines } from '../../../src/authorizations/report/charts/latency-lines.ts';
import { everySecond, latencyOverTime } from '../../../src/authorizations/report/charts/latency-over-time.ts';
import { renderChart } from '../../../src/authorizations/report/charts/render-chart.ts';
import { achievedByOffered } from '../../../src/authorizations/report/charts/saturation.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import { RUNS, SUITE, withLoad } from '../suite-fixture.ts';

describe('the curve by percentile', () => {
  test('ends with the slowest of all answers, where one of them is left', () => {
    const curve = [
      { percentile: 0, ms: 1 },
      { percentile: 50, ms: 2 },
      { percentile: 99, ms: 4 },
      { percentile: 99.99, ms: 9 },
      { percentile: 100, ms: 9 },
    ];
    expect(points({ answered: 1000, curve })).toEqual([
      [1, 1],
      [2, 2],
      [expect.closeTo(100), 4],
      [1000, 9],
    ]);
  });

  test('of nothing is empty', () => {
    expect(points({ answered: 0, curve: [] })).toEqual([]);
  });

  test.each([
    [1, '0'],
    [10, '90'],
    [100, '99'],
    [1000, '99.9'],
    [1_000_000, '99.9999'],
  ])('has at 1/(1-p) = %d the percentile %s', (scale, text) => {
    expect(percentileText(scale)).toBe(text);
  });
});

const secondWith = (second: number, p99: number) => ({ second, answered: 1, p50: 1, p99, max: p99 });

describe('latency over time', () => {
  test('has a gap where nothing was answered', () => {
    expect(everySecond([secondWith(0, 5), secondWith(2, 7)])).toEqual([
      [0, 5],
      [1, null],
      [2, 7],
    ]);
  });

  test('names once what happened to several runs at the same second', () => {
    const dying = RUNS.filter(({ name }) => name === RUN.redisDies || name === RUN.mongodbDies).map((run) => ({
      ...run,
      events: [{ second: 10, title: 'the server is killed' }],
    }));
    const svg = latencyOverTime(latencyLines(dying), 'over time');
    expect(svg.match(/the server is killed/g)).toHaveLength(1);
  });
});

describe('the lines of a group', () => {
  test('have the colour of their system and differ within it', () => {
    const runs = RUNS.filter(({ group }) => group === 'saturated');
    const strokes = latencyLines(runs).map(({ stroke }) => stroke);
    expect(strokes[0]).toEqual(strokeOf('freeway', 0));
    expect(strokes[1]).toEqual(strokeOf('freeway', 1));
    expect(strokes[1]).not.toEqual(strokes[0]);
    expect(strokes[2]?.colour).toBe('var(--null-server)');
    expect(strokes[3]?.colour).toBe('var(--textbook)');
  });

  test('leave a void run out', () => {
    const [run] = RUNS;
    if (run === undefined) throw new Error('no run');
    expect(latencyLines([withLoad({ wrong: { 'no answer': 1 } })(run)])[0]?.stroke).toBeUndefined();
  });
});

describe('processes', () => {
  test('stand with the system first and the load generator last', () => {
    expect(
      processesOf([
        { 'load generator': 1, Redis: 1 },
        { PostgreSQL: 1, gateway: 1 },
      ]),
    ).toEqual(['gateway', 'PostgreSQL', 'Redis', 'load generator']);
  });

  test('have the colour of the system that they are, and others one of their own each', () => {
    const colours = processColours(['gateway', 'textbook', 'Redis', 'RabbitMQ']);
    expect(colours.get('gateway')).toBe(strokeOf('freeway', 0).colour);
    expect(colours.get('textbook')).toBe(strokeOf('textbook', 0).colour);
    expect(colours.get('Redis')).not.toBe(colours.get('RabbitMQ'));
  });

  test('are summed at the end of each bar', () => {
    const svg = cpuByRun(RUNS.slice(0, 1), processColours(['gateway', 'PostgreSQL', 'load generator']), 'CPU');
    expect(svg).toContain(`>${47 + 61 + 44}</text>`);
  });
});

/** Symbols, each of which is a path moved to its place. */
const shapesOf = (svg: string) => new Set([...svg.matchAll(/<path d="([^"]*)" transform/g)].map((match) => match[1]));

describe('a chart', () => {
  test('is one SVG element that scales, names itself, and holds neither script nor style', () => {
    const svg = achievedByOffered(SUITE.saturation, 'offered <against> "answered"');
    expect(svg).toMatch(/^<svg role="img" aria-label="offered &lt;against&gt; &quot;answered&quot;" /);
    expect(svg).toContain('viewBox="0 0 460 290"');
    expect(svg).toContain('>answered, requests/s</text>');
    expect(svg).toContain('>offered, requests/s</text>');
    expect(svg).not.toMatch(/<style|<script/);
  });

  test('takes its text as text', () => {
    const svg = renderChart(
      {
        xAxis: { type: 'category', data: ['<script>'] },
        yAxis: { type: 'value' },
        series: [{ type: 'bar', data: [1] }],
      },
      'hostile',
    );
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toContain('<script>');
  });

  test('marks a void point with a cross', () => {
    const [, textbook] = SUITE.saturation;
    if (textbook === undefined) throw new Error('no textbook');
    const unmarked = textbook.points.map((point) => ({ ...point, fault: undefined }));
    const [whole, voided] = [{ ...textbook, points: unmarked }, textbook].map((curve) =>
      shapesOf(achievedByOffered([curve], '')),
    );
    expect(voided?.size).toBe((whole?.size ?? 0) + 1);
  });
});
