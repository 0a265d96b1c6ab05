import { describe, expect, test } from 'vitest';
import { createRoster } from '../../../src/authorizations/measure/roster.ts';
import type { Server } from '../../../src/authorizations/measure/server.ts';
import type { FreewayProcess } from '../../../src/freeway.ts';

const ended: string[] = [];
const server = (process: string, exitCode: number | null, system: Server['system'] = 'freeway'): Server => ({
  system,
  process,
  pid: 1,
  url: new URL('http://127.0.0.1:1/v1/jit'),
  logTail: () => 'its last words',
  stop: () => {
    ended.push(process);
    return Promise.resolve(exitCode);
  },
});
const beside = (name: string, exitCode: number | null): FreewayProcess => ({
  name,
  pid: 2,
  isRunning: () => true,
  log: () => '',
  logTail: () => 'its last words',
  stop: () => {
    ended.push(name);
    return Promise.resolve(exitCode);
  },
  kill: () => Promise.resolve(),
});

describe('what runs on a ground', () => {
  test('is ended in its order, and once; what does not end well is said and blamed on its system', async () => {
    const said: string[] = [];
    const roster = createRoster((line) => said.push(line));
    roster.addBeside(beside('relay', null));
    const gateway = roster.addServer(server('gateway', 0));
    roster.addServer(server('textbook', 1, 'textbook'));
    expect([...roster.besides()]).toEqual([['relay', 2]]);
    await roster.stop(gateway);
    await roster.stopAll();
    await roster.stopAll();
    expect(ended).toEqual(['gateway', 'textbook', 'relay']);
    expect(roster.faults).toEqual({
      freeway: ['relay ended with null'],
      textbook: ['textbook ended with 1'],
      'null server': [],
    });
    expect(said).toEqual([
      'textbook ended with 1; its log ends with\nits last words',
      'relay ended with null; its log ends with\nits last words',
    ]);
  });
});
