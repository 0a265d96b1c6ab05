import type { RecordsOptions } from '../command-line.ts';
import type { RecordsRun } from './measure-records.ts';

/** What is asked for on two cores. */
export const TARGETS = {
  recordsPerSecond: { rabbitmq: 1000, embedded: 300 },
  publishP99Ms: 10,
  consumeP99Ms: 50,
  answerP99Ms: 50,
} as const;

/** Below this share of the asked rate it was not the asked load. */
const RATE_SHARE = 0.99;

/** Why the run is void or failed; empty when it passed. One wrong sum makes it void. */
export function faultsOf(options: RecordsOptions, run: RecordsRun): readonly string[] {
  return [...voidFaults(run), ...throughputFaults(options, run), ...latencyFaults(options, run)];
}

function voidFaults(run: RecordsRun): string[] {
  const faults = Object.entries(run.wrong).map(([fault, count]) => `void: ${count} x ${fault}`);
  if (run.told === 0) faults.push('void: nothing was sent');
  if (run.rows !== run.told) faults.push(`void: ${run.told} records were sent, and ${run.rows} are in the ledger`);
  const [first] = run.differences;
  if (first !== undefined) faults.push(`void: ${run.differences.length} wrong balances, first ${first}`);
  if (run.drift > 0) faults.push(`void: the ledger differs from what the platform said in ${run.drift} ways`);
  if (run.ledgerFault !== undefined) faults.push(`void: ${run.ledgerFault}`);
  faults.push(...run.processFaults.map((fault) => `void: ${fault}`));
  for (const name of ['throughput', 'webhooks', 'records', 'backlog'] as const)
    if (run[name]?.isDrained === false) faults.push(`void: records got stuck (${name})`);
  return faults;
}

function throughputFaults({ queues }: RecordsOptions, { throughput, backlog }: RecordsRun): string[] {
  const target = TARGETS.recordsPerSecond[queues];
  const rates = { sustained: throughput?.recordsPerSecond, 'of the backlog': backlog?.recordsPerSecond };
  return Object.entries(rates).flatMap(([name, rate]) =>
    rate === undefined || rate >= target ? [] : [`${rate.toFixed(0)} records/s ${name}, not ${target}`],
  );
}

/** Of webhooks the answer is judged, of records the queues: so it is asked for. */
function latencyFaults({ ratePerSecond }: RecordsOptions, { webhooks, records }: RecordsRun): string[] {
  const faults = [webhooks, records].flatMap((result) =>
    result === undefined || result.sentPerSecond * result.batch >= ratePerSecond * RATE_SHARE
      ? []
      : [`void: ${(result.sentPerSecond * result.batch).toFixed(1)} records/s instead of ${ratePerSecond}`],
  );
  const above = (name: string, ms: number, limitMs: number): void =>
    void (ms <= limitMs || faults.push(`${name} p99 ${ms.toFixed(1)} ms, not within ${limitMs} ms`));
  if (webhooks !== undefined) above('answer', webhooks.answerMs.p99, TARGETS.answerP99Ms);
  if (records !== undefined) {
    above('publish', records.publishP99Ms ?? Infinity, TARGETS.publishP99Ms);
    above('consume', records.consumeMs.p99, TARGETS.consumeP99Ms);
  }
  return faults;
}
