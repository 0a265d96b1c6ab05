import autocannon from 'autocannon';
import { setTimeout as delay } from 'node:timers/promises';
import { basicAuthorization } from '../references/basic-authorization.ts';
import { type ClosedConnection, createClosedConnection } from './closed-connection.ts';
import { ANSWER_TIMEOUT_MS, type LoadPlan } from './load-plan.ts';
import type { LoadResult } from './load-result.ts';
import { createSupply } from './supply.ts';
import { createTally } from './tally.ts';

export interface ClosedLoopPlan extends LoadPlan {
  /** After the warm-up. */
  readonly durationMs: number;
}

/** autocannon looks as often whether it is done. */
const LOOK_EVERY_MS = 50;

/**
 * Each connection sends when it has its answer: what is taken is what there is to take. A message counts when it was sent
 * in the time that counts; the last are waited for.
 */
export async function playClosedLoop(plan: ClosedLoopPlan): Promise<LoadResult> {
  const { targets, workload, connections, warmUpMs, durationMs, signal } = plan;
  const countsFromMs = performance.now() + warmUpMs;
  const tally = createTally({ loop: 'closed', workload, check: plan.check, countsFromMs });
  const all: ClosedConnection[] = [];
  const over = new AbortController();
  const ends = AbortSignal.any([signal, over.signal]);
  function end(): void {
    for (const connection of all) connection.end();
    over.abort();
  }
  const supply = createSupply(workload, end);

  const playing = targets.map((url, index) =>
    autocannon({
      url: url.href,
      method: 'POST',
      headers: { authorization: basicAuthorization(plan.credentials), 'content-type': 'application/json' },
      connections: partOf(connections, targets.length, index),
      // We end it; this is for connections that do not end when they are told to.
      duration: (warmUpMs + durationMs + 2 * ANSWER_TIMEOUT_MS) / 1000,
      timeout: ANSWER_TIMEOUT_MS / 1000,
      sampleInt: LOOK_EVERY_MS,
      setupClient: (client) => void all.push(createClosedConnection(client, supply, tally)),
    }),
  );
  const played = Promise.all(playing);
  played.catch(end);

  await wait(warmUpMs, ends);
  plan.onCounting?.();
  await wait(durationMs, ends);
  end();
  plan.onCounted?.();
  await played;
  for (const connection of all) connection.giveUp();
  signal.throwIfAborted();
  return tally.result();
}

function partOf(connections: number, parts: number, index: number): number {
  return Math.floor(connections / parts) + (index < connections % parts ? 1 : 0);
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
