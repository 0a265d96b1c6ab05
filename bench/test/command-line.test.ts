import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';

const BROKER = 'amqp://guest:guest@127.0.0.1';

describe('the command line of the bench', () => {
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
    [[], 'memory, records and chaos'],
    [['speed'], 'memory, records and chaos'],
    [['memory', 'memory'], 'memory, records and chaos'],
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
