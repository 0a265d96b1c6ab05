import { DEAD_LETTER_QUEUES, QUEUES } from '@freeway/core';
import type { PgBoss } from 'pg-boss';
import { errorText, type ReportQueueEvent } from './queue-event.ts';
import { queueRoleAt } from './queue-role.ts';
import { DEAD_QUEUE_OPTIONS, QUEUE_SCHEMA, workQueueOptions } from './queue-table.ts';

export interface StartBossOptions {
  readonly databaseUrl: string;
  readonly poolMax: number;
  readonly prefix: string;
  readonly superviseEveryS: number;
  readonly report: ReportQueueEvent;
}

/**
 * pg-boss orders its fetch by creation time, which a batch shares. Its index for that ends in `start_after`, which we make
 * ascend within a batch (publish.ts), so a plan that walks the index keeps our order and a plan that sorts might not.
 * Where a sort cannot be avoided (pg-boss's own housekeeping) the penalty makes the plan look dear enough to be compiled,
 * which takes seconds: hence no JIT.
 */
const SESSION = '-c enable_sort=off -c jit=off -c statement_timeout=30000';

/** Starts pg-boss on its own schema and its own small pool, with all our queues made. */
export async function startBoss(options: StartBossOptions): Promise<PgBoss> {
  // Loaded only where queues are used: a gateway uses none, and its memory is counted.
  const { PgBoss: Boss } = await import('pg-boss');
  const role = await queueRoleAt(options.databaseUrl);
  const boss = new Boss({
    connectionString: options.databaseUrl,
    application_name: 'freeway queue',
    schema: QUEUE_SCHEMA,
    max: options.poolMax,
    connectionTimeoutMillis: 5_000,
    options: role === undefined ? SESSION : `${SESSION} -c role=${role}`,
    // Its role may do everything within its schema, and make none.
    createSchema: role === undefined,
    schedule: false,
    registerInstance: false,
    superviseIntervalSeconds: options.superviseEveryS,
    monitorIntervalSeconds: options.superviseEveryS,
  });
  boss.on('error', (error) => options.report({ event: 'error', detail: errorText(error) }));
  try {
    await boss.start();
    for (const queue of QUEUES) await makeQueue(boss, options.prefix, queue);
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
}

async function makeQueue(boss: PgBoss, prefix: string, queue: (typeof QUEUES)[number]): Promise<void> {
  const dead = prefix + DEAD_LETTER_QUEUES[queue];
  await boss.createQueue(dead, DEAD_QUEUE_OPTIONS);
  await boss.createQueue(prefix + queue, workQueueOptions(dead));
  // A queue made by an earlier version keeps its settings otherwise.
  await boss.updateQueue(prefix + queue, workQueueOptions(dead));
}
