import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';

describe('the command line of the bench', () => {
  test('without options it is what the requirement says: 1,000 requests/s for 60 s', () => {
    expect(parseCommandLine(['memory'])).toEqual({
      kind: 'memory',
      options: { ratePerSecond: 1000, durationMs: 60_000, users: 10_000, json: false },
    });
  });

  test('options may stand before and after the name', () => {
    const args = ['--rate', '50', 'memory', '--for=2m', '--users', '7', '--json'];
    expect(parseCommandLine(args)).toEqual({
      kind: 'memory',
      options: { ratePerSecond: 50, durationMs: 120_000, users: 7, json: true },
    });
  });

  test('help is no mistake', () => {
    expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
  });

  test.each([
    [[], 'one bench'],
    [['speed'], 'one bench'],
    [['memory', 'memory'], 'one bench'],
    [['memory', '--rate', '0'], '--rate'],
    [['memory', '--rate', '1e3'], '--rate'],
    [['memory', '--users', '-1'], '--users'],
    [['memory', '--for', '60'], '--for'],
    [['memory', '--for', '0s'], '--for'],
    [['memory', '--loud'], '--loud'],
  ])('%j is a mistake that names what is wrong', (args, named) => {
    expect(parseCommandLine(args)).toEqual({ kind: 'usage', problem: expect.stringContaining(named) as string });
  });
});
