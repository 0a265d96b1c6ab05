import { Connection } from 'rabbitmq-client';

/** What Freeway makes on a broker (docs/architecture.md), as the bench's own under its prefix. */
const QUEUES = ['jit-funding', 'transaction-processing', 'webhook'];
const RETRY_DELAYS_MS = [1000, 10_000, 60_000];
const EXCHANGES = ['freeway', 'freeway.retry', 'freeway.dead'];

/** Leaves nothing of a run on the broker. What is not there is no fault. */
export async function deleteQueues(url: string, prefix: string): Promise<void> {
  const connection = new Connection({ url, connectionName: 'freeway-bench clean-up' });
  try {
    for (const queue of queueNames(prefix)) await connection.queueDelete({ queue });
    for (const exchange of EXCHANGES) await connection.exchangeDelete({ exchange: prefix + exchange });
  } finally {
    await connection.close();
  }
}

export function queueNames(prefix: string): readonly string[] {
  return QUEUES.flatMap((name) => {
    const queue = `${prefix}${name}-queue`;
    return [queue, ...RETRY_DELAYS_MS.map((ms) => `${queue}.retry.${ms}ms`), `${prefix}${name}-dlq`];
  });
}
