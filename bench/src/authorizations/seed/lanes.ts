import postgres, { type Sql } from 'postgres';

/** One statement keeps one core of the database busy, and the smallest machine has two. */
const LANES = 2;

/** What one lane does with one thing. */
export type LaneTask<Thing> = (sql: Sql, thing: Thing, signal: AbortSignal) => Promise<void>;

/** Sessions that work side by side. */
export interface Lanes {
  /** For what is done once. */
  readonly sql: Sql;
  /** All things, each by whichever lane is free, in their order. Where one fails, the others are ended. */
  run<Thing>(things: readonly Thing[], task: LaneTask<Thing>, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export async function openLanes(databaseUrl: string): Promise<Lanes> {
  const lanes = Array.from({ length: LANES }, () => openLane(databaseUrl));
  const close = async (): Promise<void> => void (await Promise.all(lanes.map((lane) => lane.end({ timeout: 5 }))));
  try {
    for (const lane of lanes) await spareTheProcessor(lane);
  } catch (error) {
    await close();
    throw error;
  }
  return { sql: lanes[0] as Sql, run: (things, task, signal) => runInLanes(lanes, things, task, signal), close };
}

function openLane(databaseUrl: string): Sql {
  return postgres(databaseUrl, {
    max: 1,
    max_lifetime: null,
    prepare: false,
    onnotice: () => undefined,
    connection: {
      // Days and months are those of UTC (money.md *window*).
      TimeZone: 'UTC',
      synchronous_commit: 'off',
      statement_timeout: 0,
      work_mem: '256MB',
      maintenance_work_mem: '1GB',
      max_parallel_maintenance_workers: 0,
    },
  });
}

/** To compress what is logged of a new index takes longer than to build it. Only a superuser may say so. */
async function spareTheProcessor(sql: Sql): Promise<void> {
  await sql`select set_config('wal_compression', 'off', false) from pg_roles where rolname = current_user and rolsuper`;
}

async function runInLanes<Thing>(
  lanes: readonly Sql[],
  things: readonly Thing[],
  task: LaneTask<Thing>,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const waiting = [...things];
  async function runNext(lane: Sql): Promise<void> {
    try {
      for (let thing = waiting.shift(); thing !== undefined; thing = waiting.shift()) await task(lane, thing, either);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }
  const ends = await Promise.allSettled(lanes.map(runNext));
  signal.throwIfAborted();
  const end = ends.find(({ status }) => status === 'rejected');
  if (end?.status === 'rejected') throw failed.signal.reason;
}
