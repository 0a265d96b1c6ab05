import { Agent } from 'node:https';
import { post } from '../../src/nginx/https-client.ts';
import { JIT } from './edge.ts';
import { PASSWORD, USERNAME } from './freeway.ts';
import { newPurchase, type Purchase } from './purchase.ts';

export interface Outcome {
  readonly purchase: Purchase;
  /** 0 when the connection broke. */
  readonly status: number;
  readonly text: string;
  readonly requestId: string;
}

export interface Load {
  readonly outcomes: readonly Outcome[];
  /** Resolves once that many more were answered. */
  more(count: number): Promise<void>;
  /** Resolves once what is under way is answered. */
  end(): Promise<readonly Outcome[]>;
}

const authorization = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;

/** Asks once. */
export async function askFor(port: number, purchase: Purchase, agent?: Agent): Promise<Outcome> {
  const headers = { authorization, 'content-type': 'application/json' };
  try {
    const reply = await post(port, JIT, purchase.body, { headers, ...(agent === undefined ? {} : { agent }) });
    const requestId = String(reply.headers['x-request-id']);
    return { purchase, status: reply.status, text: reply.text, requestId };
  } catch (error) {
    return { purchase, status: 0, text: (error as Error).message, requestId: '' };
  }
}

/** New purchases, one after the other on each of the connections, until told to end. */
export function startLoad(port: number, connections: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const outcomes: Outcome[] = [];
  const waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  const ending = new AbortController();
  async function askOn(): Promise<void> {
    while (!ending.signal.aborted) {
      outcomes.push(await askFor(port, newPurchase(), agent));
      for (const { at, resolve } of waiting) if (outcomes.length >= at) resolve();
    }
  }
  const loops = Array.from({ length: connections }, askOn);
  return {
    outcomes,
    more: (count) => new Promise((resolve) => waiting.push({ at: outcomes.length + count, resolve })),
    async end() {
      ending.abort();
      await Promise.all(loops);
      agent.destroy();
      return outcomes;
    },
  };
}
