import type { BenchWorld } from '../bench-world.ts';
import type { RecordsOptions } from '../command-line.ts';
import { importProgramme } from '../import-programme.ts';
import { ledgerFaultOf } from '../ledger-fault.ts';
import { createRandom } from '../random.ts';
import { startDatabase } from '../start-database.ts';
import { differencesOf, openLedgerReader } from './ledger-reader.ts';
import { type BacklogResult, measureBacklog } from './measure-backlog.ts';
import { type LatencyResult, measureLatency } from './measure-latency.ts';
import { measureThroughput, type ThroughputResult } from './measure-throughput.ts';
import { BATCH, type RecordBench, sendBatches, untilApplied } from './record-bench.ts';
import { type RecordProcesses, startRecordProcesses } from './record-processes.ts';
import { createRecordStream } from './record-stream.ts';
import { createWebhookSender } from './webhook-sender.ts';

export interface RecordsRun {
  readonly throughput?: ThroughputResult;
  /** Webhooks of one record each. */
  readonly webhooks?: LatencyResult;
  /** As many records, in webhooks of ten. */
  readonly records?: LatencyResult;
  readonly backlog?: BacklogResult;
  /** Records that were told and not repeated, and rows of them. */
  readonly told: number;
  readonly rows: number;
  /** Webhooks that were not answered with 200. */
  readonly wrong: Readonly<Record<string, number>>;
  /** Accounts whose balances are not what was sent. */
  readonly differences: readonly string[];
  /** Differences with the balances that the platform's records say, by `freeway drift`. */
  readonly drift: number;
  readonly processFaults: readonly string[];
  /** What `freeway verify` says is wrong with the ledger afterwards. */
  readonly ledgerFault: string | undefined;
}

const SEED = 1;
const CONNECTIONS_MAX = 64;

/** A ledger and processes of its own, four measurements, and then whether every account has exactly what was sent. */
export async function measureRecords(options: RecordsOptions, world: BenchWorld): Promise<RecordsRun> {
  const database = await startDatabase(world);
  await importProgramme(options.users, world);
  const processes = await startRecordProcesses(world, database);
  const ledger = openLedgerReader(database.url);
  const sender = createWebhookSender({ ...processes.webhooks, connections: CONNECTIONS_MAX, signal: world.signal });
  const stream = createRecordStream(createRandom(SEED), options.users, Date.now);
  const bench: RecordBench = { processes, stream, ledger, sender, signal: world.signal, applied: 0 };
  try {
    await processes.startWorkers();
    await warmUp(bench, world.say);
    const measured = await measureAll(bench, options, world.say);
    await finish(bench);
    const differences = differencesOf(await ledger.balances(), stream.books.balance, options.users);
    const rows = await ledger.recordCount();
    const drift = await countDrift(world);
    const ledgerFault = await ledgerFaultOf(world);
    const { wrong } = sender;
    const processFaults = await stopAll(processes);
    return { ...measured, told: stream.told(), rows, wrong, differences, drift, processFaults, ledgerFault };
  } finally {
    sender.close();
    await ledger.close();
  }
}

/** Processes that have just started are slow, and what they leave waiting would be waited for afterwards. */
const WARM_UP_RECORDS = 10_000;

async function warmUp(bench: RecordBench, say: (line: string) => void): Promise<void> {
  say('warming up');
  await sendBatches(bench, WARM_UP_RECORDS);
  await untilApplied(bench);
}

type Measured = Pick<RecordsRun, 'throughput' | 'webhooks' | 'records' | 'backlog'>;

async function measureAll(
  bench: RecordBench,
  { only, durationMs, ratePerSecond, backlog: size }: RecordsOptions,
  say: (line: string) => void,
): Promise<Measured> {
  const isWanted = (name: keyof Measured): boolean => only === undefined || only === name;
  let measured: Measured = {};
  if (isWanted('throughput')) {
    say(`as many records as get through, for ${durationMs / 1000} s`);
    measured = { ...measured, throughput: await measureThroughput(bench, durationMs) };
  }
  if (isWanted('webhooks')) {
    say(`${ratePerSecond} webhooks/s of one record each, for ${durationMs / 1000} s`);
    measured = { ...measured, webhooks: await measureLatency(bench, { ratePerSecond, batch: 1, durationMs }) };
  }
  if (isWanted('records')) {
    say(`${ratePerSecond} records/s in webhooks of ${BATCH}, for ${durationMs / 1000} s`);
    const load = { ratePerSecond: ratePerSecond / BATCH, batch: BATCH, durationMs };
    measured = { ...measured, records: await measureLatency(bench, load) };
  }
  if (isWanted('backlog')) {
    say(`a backlog of ${size} records while no worker runs`);
    measured = { ...measured, backlog: await measureBacklog(bench, size) };
  }
  return measured;
}

/** Tells the rest of every purchase, and waits for it. */
async function finish(bench: RecordBench): Promise<void> {
  const rest = bench.stream.rest();
  for (let from = 0; from < rest.length; from += BATCH) await bench.sender.send(rest.slice(from, from + BATCH));
  await untilApplied(bench);
}

async function countDrift({ freeway, signal }: BenchWorld): Promise<number> {
  const said = await freeway.run(['drift', '--json'], signal);
  return (JSON.parse(said.trim().split('\n').at(-1) ?? '') as readonly unknown[]).length;
}

async function stopAll(processes: RecordProcesses): Promise<readonly string[]> {
  await processes.stop();
  return processes.faults;
}
