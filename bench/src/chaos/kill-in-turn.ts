import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { MortalProcess } from './chaos-processes.ts';

export interface Kill {
  readonly process: string;
  /** Since the first kill could have come. */
  readonly atMs: number;
  /** From the kill until its successor was ready. */
  readonly awayMs: number;
}

export interface KillPlan {
  readonly processes: readonly MortalProcess[];
  /** Of each process. */
  readonly kills: number;
  /** Spread over this time; when starting takes longer, one follows the other. */
  readonly durationMs: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Just before a process is killed. */
  readonly before: (process: MortalProcess) => Promise<void>;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Kills one process after the other, each at any moment of its turn, and starts it again at once. */
export async function killInTurn(plan: KillPlan): Promise<readonly Kill[]> {
  const { processes, kills, durationMs, random, signal, before, now = () => performance.now(), sleep = delay } = plan;
  const startedAtMs = now();
  const turnMs = durationMs / (kills * processes.length);
  const done: Kill[] = [];
  for (let round = 0; round < kills; round++)
    for (const process of processes) {
      const dueAtMs = startedAtMs + (done.length + random()) * turnMs;
      if (dueAtMs > now()) await sleep(dueAtMs - now());
      signal.throwIfAborted();
      await before(process);
      const atMs = now();
      await process.kill();
      await process.start();
      done.push({ process: process.name, atMs: atMs - startedAtMs, awayMs: now() - atMs });
    }
  return done;
}
