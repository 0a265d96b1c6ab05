import { describe, expect, test } from 'vitest';
import type { MortalProcess } from '../../src/chaos/chaos-processes.ts';
import { killInTurn } from '../../src/chaos/kill-in-turn.ts';

/** A clock that sleeping and starting move, and processes that write down what becomes of them. */
function fakes(startMs: number) {
  let nowMs = 1000;
  const said: string[] = [];
  const mortal = (name: string): MortalProcess => ({
    name,
    url: new URL('http://127.0.0.1:1'),
    kill: async () => void said.push(`${name} killed at ${nowMs}`),
    async start() {
      nowMs += startMs;
      said.push(`${name} ready at ${nowMs}`);
    },
    stop: async () => 0,
  });
  return {
    said,
    processes: [mortal('gateway'), mortal('relay')],
    now: () => nowMs,
    sleep: async (ms: number) => void (nowMs += ms),
    before: async ({ name }: MortalProcess) => void said.push(`${name} asked at ${nowMs}`),
  };
}

const never = new AbortController().signal;

describe('killing in turn', () => {
  test('asks, kills and starts one after the other, each somewhere in its turn', async () => {
    const { said, ...world } = fakes(10);
    const kills = await killInTurn({ ...world, kills: 2, durationMs: 400, random: () => 0.5, signal: never });
    expect(said).toEqual([
      'gateway asked at 1050',
      'gateway killed at 1050',
      'gateway ready at 1060',
      'relay asked at 1150',
      'relay killed at 1150',
      'relay ready at 1160',
      'gateway asked at 1250',
      'gateway killed at 1250',
      'gateway ready at 1260',
      'relay asked at 1350',
      'relay killed at 1350',
      'relay ready at 1360',
    ]);
    expect(kills).toEqual([
      { process: 'gateway', atMs: 50, awayMs: 10 },
      { process: 'relay', atMs: 150, awayMs: 10 },
      { process: 'gateway', atMs: 250, awayMs: 10 },
      { process: 'relay', atMs: 350, awayMs: 10 },
    ]);
  });

  test('the next one waits until the last one is back, however long that takes', async () => {
    const { said, ...world } = fakes(500);
    const kills = await killInTurn({ ...world, kills: 1, durationMs: 200, random: () => 0, signal: never });
    expect(kills.map(({ atMs }) => atMs)).toEqual([0, 500]);
    expect(said.at(-1)).toBe('relay ready at 2000');
  });

  test('an interrupt ends it before the next kill', async () => {
    const { said, ...world } = fakes(10);
    const aborter = new AbortController();
    const sleep = async (ms: number): Promise<void> => {
      await world.sleep(ms);
      if (said.length > 0) aborter.abort(new Error('interrupted'));
    };
    const plan = { ...world, sleep, kills: 1, durationMs: 400, random: () => 0.5, signal: aborter.signal };
    await expect(killInTurn(plan)).rejects.toThrow('interrupted');
    expect(said).toEqual(['gateway asked at 1100', 'gateway killed at 1100', 'gateway ready at 1110']);
  });
});
