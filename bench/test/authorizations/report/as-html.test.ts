import { describe, expect, test } from 'vitest';
import { asHtml } from '../../../src/authorizations/report/as-html.ts';
import { figuresOf } from '../../../src/authorizations/report/figures-of.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import { RUNS, SUITE, suiteWith, withLoad } from '../suite-fixture.ts';

describe('the page', () => {
  const page = asHtml(SUITE);

  test('asks nobody for anything', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed)\b/);
    expect(page).not.toMatch(/\b(?:src|href)=|url\(\s*(?!#)|@import/);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, slash, name = '', selfClosing] of page.matchAll(
      /<(\/?)([a-zA-Z][\w]*)(?:\s(?:[^>"]|"[^"]*")*?)?(\/?)>/g,
    )) {
      if (['meta', 'br'].includes(name) || selfClosing === '/') continue;
      if (slash === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test('says how many figures reach what, on what machine and at which commit', () => {
    expect(page).toContain('9 of 10 figures reach their bar, 3 of them their aim; 1 missed; none of 16 runs is void.');
    expect(page).toContain('AMD EPYC 9R14, 2 cores, 23 GiB');
    expect(page).toContain('Linux 6.1.0, Node 24.21.0, PostgreSQL 18.4');
    expect(page).toContain('<dd>13c8821aa0</dd>');
    expect(page).toContain('npm run bench -- authorizations --for 30s');
  });

  test('has two charts of latency for each group, four and more of saturation and two of CPU', () => {
    const groups = new Set(RUNS.map(({ group }) => group)).size;
    expect(page.match(/<figure>/g)).toHaveLength(2 * groups + 2 + SUITE.saturation.length + 2);
    expect(page.match(/>By percentile</g)).toHaveLength(groups);
  });

  test('says the verdict in words', () => {
    expect(page).toContain('aim reached');
    expect(page).toContain('bar reached');
    expect(page).toContain('missed</td>');
  });

  test('strikes a void run through everywhere and says why', () => {
    const voided = asHtml(suiteWith(RUN.hot, withLoad({ wrong: { 'status 503': 3 } })));
    expect(voided).toContain('1 not measured; 1 of 16 runs is void.');
    expect(voided).toContain('<span class="struck">Freeway, one hot account</span><small>void: 3 x status 503</small>');
    expect(voided).toContain('<s>Freeway, one hot account</s>');
    expect(page).not.toContain('class="struck"');
  });

  test('names void points of a saturation curve', () => {
    expect(page).toContain('<li>textbook at 1,600/s: 212 x no answer</li>');
  });

  test('says what a figure was before', () => {
    expect(asHtml(SUITE, { revision: 'abcdef0123456789', figures: { cpu: 117 } })).toContain(
      '<small>117 us at abcdef0123</small>',
    );
  });

  test('takes every text as text', () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const runs = RUNS.map((run) => ({
      ...run,
      title: hostile,
      group: hostile,
      events: [{ second: 1, title: hostile }],
    }));
    const saturation = SUITE.saturation.map((curve) => ({ ...curve, title: hostile }));
    const result = {
      ...SUITE,
      command: hostile,
      runs,
      saturation,
      references: [{ title: hostile, authorizationsPerSecond: undefined, why: hostile }],
      figures: figuresOf(runs, { cpu: hostile }),
    };
    expect(asHtml(result)).not.toContain('<img');
  });

  test('of a suite that measured nothing is a page all the same', () => {
    const empty = asHtml({ ...SUITE, runs: [], saturation: [], references: [], figures: figuresOf([]) });
    expect(empty).toContain('0 of 10 figures reach their bar');
    expect(empty).not.toContain('<figure>');
  });
});
