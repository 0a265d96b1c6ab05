import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judgeGate } from '../../../src/authorizations/gate/gate.ts';
import { RUN } from '../../../src/authorizations/report/run-names.ts';
import { appendResult } from '../../../src/authorizations/results/append-result.ts';
import { describeMachine } from '../../../src/authorizations/results/describe-machine.ts';
import { checkEntry, type HistoryEntry, suiteEntry } from '../../../src/authorizations/results/history-entry.ts';
import { historyLine, parseHistoryLine } from '../../../src/authorizations/results/history-line.ts';
import { machineKindOf } from '../../../src/authorizations/results/machine-kind.ts';
import { readCommit } from '../../../src/authorizations/results/read-commit.ts';
import { lastOf, readHistory } from '../../../src/authorizations/results/read-history.ts';
import { writeResult } from '../../../src/authorizations/results/write-result.ts';
import { SUITE, suiteWith, withLoad } from '../suite-fixture.ts';

const ENTRY = suiteEntry(SUITE);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freeway-results-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('an entry', () => {
  test('of the suite has commit, machine, figures and whether it is void', () => {
    expect(ENTRY).toMatchObject({
      kind: 'suite',
      startedAt: '2026-02-03T04:05:06.000Z',
      revision: SUITE.commit.revision,
      isDirty: false,
      machineKind: 'AMD EPYC 9R14, 2 cores, 23 GiB',
      postgres: 'PostgreSQL 18.4',
      loadBefore: 0.12,
      passed: false,
      isVoid: false,
    });
    expect(ENTRY.figures['cpu']).toBe(108);
  });

  test('leaves out what was not measured', () => {
    const entry = suiteEntry(suiteWith(RUN.hot, withLoad({ wrong: { 'status 503': 1 } })));
    expect(entry.isVoid).toBe(true);
    expect(entry.figures).not.toHaveProperty('hot_to_uniform');
    expect(entry.figures).toHaveProperty('saturated_to_null');
  });

  test('of the gate has what the gate measured', () => {
    const entry = checkEntry(SUITE, judgeGate(SUITE.runs));
    expect(entry).toMatchObject({ kind: 'check', passed: false, isVoid: false });
    expect(entry.figures['cpu_to_null']).toBeCloseTo(108 / 34);
  });

  test('is one line of JSON and the same when read again', () => {
    const line = historyLine(ENTRY);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ commit_dirty: false, void: false, load_average_before: 0.12 });
    expect(parseHistoryLine(line)).toEqual(ENTRY);
  });
});

describe('the history', () => {
  test('that nobody has written is empty', () => {
    expect(readHistory(join(folder, 'nowhere'))).toEqual([]);
  });

  test('grows by a line with each result, in a folder that it makes', () => {
    const inside = join(folder, 'results');
    appendResult(ENTRY, inside);
    appendResult({ ...ENTRY, kind: 'check' }, inside);
    expect(readHistory(inside).map(({ kind }) => kind)).toEqual(['suite', 'check']);
    expect(readFileSync(join(inside, 'history.jsonl'), 'utf8').split('\n')).toHaveLength(3);
  });

  test('keeps lines whole while several processes write', async () => {
    const module = new URL('../../../src/authorizations/results/append-result.ts', import.meta.url).href;
    const program = `
      const { appendResult } = await import(process.argv[1]);
      const entry = JSON.parse(process.argv[2]);
      for (let nth = 0; nth < 100; nth++) appendResult({ ...entry, kernel: process.argv[4].repeat(3000) }, process.argv[3]);`;
    const write = (letter: string) =>
      promisify(execFile)(process.execPath, [
        '--input-type=module',
        '-e',
        program,
        module,
        JSON.stringify(ENTRY),
        folder,
        letter,
      ]);
    await Promise.all(['a', 'b', 'c'].map(write));
    const kernels = readHistory(folder).map(({ kernel }) => kernel);
    expect(kernels.toSorted()).toEqual(
      ['a', 'b', 'c'].flatMap((letter) => Array<string>(100).fill(letter.repeat(3000))),
    );
  });

  const broken = historyLine(ENTRY).slice(0, -20);
  const without = (name: string): string =>
    JSON.stringify(JSON.parse(historyLine(ENTRY)), (key, value: unknown) => (key === name ? undefined : value));
  test.each<[string, string, RegExp]>([
    ['half a line', broken, /history\.jsonl, line 2: .*JSON/],
    ['an empty line', '', /line 2: /],
    ['a number', '7', /line 2: the line is no object/],
    ['another kind', historyLine({ ...ENTRY, kind: 'other' as never }), /line 2: kind is other/],
    ['no commit', without('commit'), /line 2: commit is no string/],
    ['no verdict', without('passed'), /line 2: passed is no boolean/],
    ['no load', without('load_average_before'), /line 2: load_average_before is no number/],
    ['no figures', without('figures'), /line 2: figures is no object/],
    [
      'a figure that is no number',
      historyLine({ ...ENTRY, figures: { cpu: '108' as never } }),
      /line 2: cpu is no number/,
    ],
  ])('with %s is an error that names it', (_, line, message) => {
    writeFileSync(join(folder, 'history.jsonl'), `${historyLine(ENTRY)}\n${line}\n${historyLine(ENTRY)}\n`);
    expect(() => readHistory(folder)).toThrow(message);
  });

  test('is compared with the newest of the same kind and machine that is not void', () => {
    const entry = (revision: string, change: Partial<HistoryEntry> = {}): HistoryEntry => ({
      ...ENTRY,
      revision,
      ...change,
    });
    const history = [
      entry('old'),
      entry('wanted'),
      entry('void', { isVoid: true }),
      entry('gate', { kind: 'check' }),
      entry('elsewhere', { machineKind: 'another, 64 cores, 256 GiB' }),
    ];
    expect(lastOf(history, ENTRY)?.revision).toBe('wanted');
    expect(lastOf([], ENTRY)).toBeUndefined();
  });
});

describe('the full result', () => {
  test('is written for programs and for people', () => {
    const inside = join(folder, 'results');
    const [json = '', html = ''] = writeResult('2026-02-03.full', SUITE, undefined, inside);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ bench: 'authorizations' });
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/);
  });

  test.each(['../outside', 'a/b', '.hidden', '', 'a b'])('is not written as %j', (name) => {
    expect(() => writeResult(name, SUITE, undefined, folder)).toThrow(/a result is called by/);
  });
});

const kindWith = (memoryBytes: number): string => machineKindOf({ ...SUITE.machine, memoryBytes });
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();

describe('where it was measured', () => {
  test('this machine has a processor, memory, a kernel and Node', () => {
    const machine = describeMachine({ cores: 2, loadBefore: [1, 1, 1], loadAfter: [2, 2, 2] }, 'PostgreSQL 18.4');
    expect(machine).toMatchObject({ cores: 2, postgres: 'PostgreSQL 18.4', node: `Node ${process.versions.node}` });
    expect(machine.memoryBytes).toBeGreaterThan(0);
    expect(machine.cpuModel).not.toBe('');
  });

  test('memory that differs by a little is the same kind of machine', () => {
    expect(kindWith(25_202_000_000)).toBe(kindWith(25_190_000_000));
    expect(kindWith(25_202_000_000)).not.toBe(kindWith(50_404_000_000));
  });

  test('a commit is dirty with any change but results of the bench', () => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    expect(readCommit(folder)).toEqual({ revision: git('rev-parse', 'HEAD'), isDirty: false });
    appendResult(ENTRY, join(folder, 'bench', 'results'));
    expect(readCommit(folder).isDirty).toBe(false);
    writeFileSync(join(folder, 'changed'), '');
    expect(readCommit(folder).isDirty).toBe(true);
  });

  test('outside a checkout the commit is unknown', () => {
    expect(readCommit(folder)).toEqual({ revision: 'unknown', isDirty: true });
  });
});
