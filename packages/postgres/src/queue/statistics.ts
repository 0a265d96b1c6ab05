import { DEAD_LETTER_QUEUES, QUEUES, type QueueStatistics } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import { queueFault } from './queue-fault.ts';
import { QUEUE_SCHEMA } from './queue-table.ts';

const COUNT = `
  select name, count(*) filter (where state < 'active')::int as waiting, count(*) filter (where state = 'active')::int as held,
    greatest(0, extract(epoch from now() - min(created_on)) * 1000)::float8 as "oldestAgeMs"
  from ${QUEUE_SCHEMA}.job where name = any($1) and state <= 'active' group by name`;

interface Count {
  readonly name: string;
  readonly waiting: number;
  readonly held: number;
  readonly oldestAgeMs: number;
}

/** Counted now, over all processes. pg-boss's own statistics may be a minute old. */
export async function readStatistics(boss: PgBoss, prefix: string): Promise<QueueStatistics[]> {
  const names = QUEUES.flatMap((queue) => [prefix + queue, prefix + DEAD_LETTER_QUEUES[queue]]);
  let rows: Count[];
  try {
    ({ rows } = await boss.getDb().executeSql(COUNT, [names]));
  } catch (error) {
    throw queueFault(error);
  }
  const countOf = (name: string) =>
    rows.find((row) => row.name === prefix + name) ?? { waiting: 0, held: 0, oldestAgeMs: 0 };
  return QUEUES.map((queue) => {
    const { waiting, held, oldestAgeMs } = countOf(queue);
    return { queue, ready: waiting, inFlight: held, dead: countOf(DEAD_LETTER_QUEUES[queue]).waiting, oldestAgeMs };
  });
}
