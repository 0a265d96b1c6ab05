import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';

const BROKER = 'amqp://guest:guest@127.0.0.1';

describe('the command line of the bench', () => {
  test('without anything it is the whole suite', () => {
    expect(parseCommandLine([])).toEqual({
      kind: 'suite',
      options: {
        durationMs: 15_000,
        users: 10_000,
        connections: 128,
        rounds: 3,
        only: undefined,
        large: false,
        out: undefined,
        json: false,
        command: '',
      },
    });
  });

  test('the suite is told what to measure, for how long and of whom, and remembers how it was called', () => {
    const args = [
      '--only',
      'half,saturation',
      '--for',
      '10s',
      '--users=500',
      '--rounds',
      '1',
      '--out',
      'try-1',
      '--json',
    ];
    expect(parseCommandLine(args)).toEqual({
      kind: 'suite',
      options: {
        durationMs: 10_000,
        users: 500,
        connections: 128,
        rounds: 1,
        only: ['half', 'saturation'],
        large: false,
        out: 'try-1',
        json: true,
        command: '--only half,saturation --for 10s --users=500 --rounds 1 --out try-1 --json',
      },
    });
  });

  test('--check is the gate, whose loads are short', () => {
    expect(parseCommandLine(['--check'])).toEqual({
      kind: 'check',
      options: { durationMs: 6000, users: 2000, connections: 128, json: false },
    });
  });

  test('memory without options is what the requirement says: 1,000 requests/s for 60 s', () => {
    expect(parseCommandLine(['memory'])).toEqual({
      kind: 'memory',
      options: { ratePerSecond: 1000, durationMs: 60_000, users: 10_000, json: false },
    });
  });

  test('records without options is what the requirement says: 500 webhooks/s, a backlog of 20,000', () => {
    expect(parseCommandLine(['records'])).toEqual({
      kind: 'records',
      options: {
        ratePerSecond: 500,
        durationMs: 20_000,
        users: 10_000,
        json: false,
        queues: 'embedded',
        backlog: 20_000,
        only: undefined,
      },
    });
  });

  test('chaos without options is what the requirement says: ten kills of each process', () => {
    expect(parseCommandLine(['chaos'])).toEqual({
      kind: 'chaos',
      options: { ratePerSecond: 30, durationMs: 210_000, users: 1000, json: false, queues: 'embedded', kills: 10 },
    });
  });

  test('chaos takes as long as its kills, unless told otherwise', () => {
    expect(parseCommandLine(['chaos', '--kills', '2'])).toMatchObject({ options: { durationMs: 42_000 } });
    expect(parseCommandLine(['chaos', '--kills', '2', '--for', '1m'])).toMatchObject({
      options: { durationMs: 60_000 },
    });
  });

  test('options may stand before and after the name', () => {
    const args = ['--rate', '50', 'memory', '--for=2m', '--users', '7', '--json'];
    expect(parseCommandLine(args)).toEqual({
      kind: 'memory',
      options: { ratePerSecond: 50, durationMs: 120_000, users: 7, json: true },
    });
  });

  test.each([
    [['records'], BROKER, 'rabbitmq'],
    [['records', '--queues', 'embedded'], BROKER, 'embedded'],
    [['records', '--queues', 'rabbitmq'], BROKER, 'rabbitmq'],
  ])('%j with a broker in the environment takes %s queues', (args, url, queues) => {
    expect(parseCommandLine(args, url)).toMatchObject({ kind: 'records', options: { queues } });
  });

  test('help is no mistake', () => {
    expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
  });

  test.each([
    [['speed'], 'memory, records and chaos'],
    [['memory', 'memory'], 'memory, records and chaos'],
    [['--only', 'speed'], '--only'],
    [['--only', 'saturation,'], '--only'],
    [['--out', '../elsewhere'], '--out'],
    [['--out', '.hidden'], '--out'],
    [['--users', '9'], '--users'],
    [['--connections', '0'], '--connections'],
    [['--rate', '5'], '--rate is an option of another bench'],
    [['--check', '--only', 'saturation'], '--only is an option of another bench'],
    [['--check', '--large'], '--large is an option of another bench'],
    [['memory', '--check'], '--check is an option of another bench'],
    [['records', '--large'], '--large is an option of another bench'],
    [['memory', '--rate', '0'], '--rate'],
    [['memory', '--rate', '1e3'], '--rate'],
    [['memory', '--users', '-1'], '--users'],
    [['memory', '--for', '60'], '--for'],
    [['memory', '--for', '0s'], '--for'],
    [['memory', '--loud'], '--loud'],
    [['memory', '--backlog', '10'], '--backlog is an option of another bench'],
    [['memory', '--kills', '10'], '--kills is an option of another bench'],
    [['chaos', '--only', 'backlog'], '--only is an option of another bench'],
    [['chaos', '--kills', '0'], '--kills'],
    [['records', '--backlog', 'much'], '--backlog'],
    [['records', '--only', 'memory'], '--only'],
    [['records', '--queues', 'kafka'], '--queues'],
    [['records', '--queues', 'rabbitmq'], 'RABBITMQ_URL'],
  ])('%j is a mistake that names what is wrong', (args, named) => {
    expect(parseCommandLine(args)).toEqual({ kind: 'usage', problem: expect.stringContaining(named) as string });
  });
});
