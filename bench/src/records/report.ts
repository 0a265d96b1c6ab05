import type { RecordsOptions } from '../command-line.ts';
import { latencyText } from '../latency.ts';
import { type Machine, machineText } from '../machine.ts';
import type { CpuShares } from './cpu-shares.ts';
import type { LatencyResult } from './measure-latency.ts';
import type { RecordsRun } from './measure-records.ts';
import { TARGETS } from './verdict.ts';

export interface RecordsReport {
  readonly options: RecordsOptions;
  readonly machine: Machine;
  readonly result: RecordsRun;
  readonly faults: readonly string[];
}

type Row = readonly [name: string, text: string];

/** A table for people. */
export function formatReport({ options, machine, result, faults }: RecordsReport): string {
  const rows: Row[] = [
    ['queues', options.queues === 'rabbitmq' ? 'RabbitMQ (RABBITMQ_URL)' : 'embedded, in PostgreSQL'],
    ['machine', machineText(machine)],
    ...throughputRows(options, result),
    ...latencyRows(options, result.webhooks),
    ...latencyRows(options, result.records),
    ...backlogRows(result),
    ['records', `${result.told} sent, ${result.rows} in the ledger`],
    ['balances', `${result.differences.length} wrong; ${result.drift} differ from the platform's own word`],
    ['ledger', result.ledgerFault ?? 'all invariants hold'],
    ['verdict', faults.length === 0 ? 'passed' : faults.join(`\n${' '.repeat(NAME_WIDTH + 2)}`)],
  ];
  return rows.map(([name, text]) => `${name.padEnd(NAME_WIDTH)}  ${text}`).join('\n');
}

const NAME_WIDTH = 15;

function throughputRows({ queues }: RecordsOptions, { throughput }: RecordsRun): Row[] {
  if (throughput === undefined) return [];
  const { recordsPerSecond, records, seconds, cpu } = throughput;
  return [
    [
      'sustained',
      `${recordsPerSecond.toFixed(0)} records/s (${against(recordsPerSecond, TARGETS.recordsPerSecond[queues])}); ` +
        `${records} in ${seconds.toFixed(1)} s`,
    ],
    ['  CPU', cpuText(cpu, records)],
  ];
}

function latencyRows(options: RecordsOptions, result: LatencyResult | undefined): Row[] {
  if (result === undefined) return [];
  const { sentPerSecond, webhooks, batch, publishP99Ms, cpu } = result;
  const publish = publishP99Ms === undefined ? 'nothing was published' : `p99 within ${publishP99Ms.toFixed(1)}`;
  const load = batch === 1 ? 'webhooks/s of one record' : `records/s in webhooks of ${batch}`;
  const isOfRecords = batch > 1;
  return [
    ['at a rate of', `${options.ratePerSecond} ${load} for ${options.durationMs / 1000} s`],
    ['  sent', `${sentPerSecond.toFixed(1)} webhooks/s, late by ${latencyText(result.sentLateMs)} ms`],
    ['  answer ms', `${latencyText(result.answerMs)}${targetText(TARGETS.answerP99Ms, !isOfRecords)}`],
    ['  publish ms', `${publish}${targetText(TARGETS.publishP99Ms, isOfRecords)}`],
    ['  consume ms', `${latencyText(result.consumeMs)}${targetText(TARGETS.consumeP99Ms, isOfRecords)}, both queues`],
    ['  in ledger ms', latencyText(result.ledgerMs)],
    ['  CPU', cpuText(cpu, webhooks * batch)],
  ];
}

function targetText(ms: number, isJudged: boolean): string {
  return isJudged ? `; target p99 ${ms}` : '';
}

function backlogRows({ backlog }: RecordsRun): Row[] {
  if (backlog === undefined) return [];
  const { records, acceptedPerSecond, firstAfterMs, drainedAfterMs, recordsPerSecond } = backlog;
  return [
    [
      'backlog',
      `${records} records, taken in at ${acceptedPerSecond.toFixed(0)}/s; after the workers' start the first came ` +
        `through in ${secondsText(firstAfterMs)} and the last in ${secondsText(drainedAfterMs)}: ${recordsPerSecond.toFixed(0)}/s`,
    ],
  ];
}

function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function against(value: number, target: number): string {
  return `${(value / target).toFixed(2)} x the target of ${target}`;
}

function cpuText(cpu: CpuShares, records: number): string {
  const shares = Object.entries(cpu).map(([name, seconds]) => `${name} ${((seconds * 1e6) / records).toFixed(0)} us`);
  return shares.length === 0 ? 'unknown on this system' : `${shares.join(', ')} per record`;
}

/** The same for programs; snake_case, and units in the names. */
export function reportAsJson({ options, machine, result, faults }: RecordsReport): object {
  const { throughput, webhooks, records, backlog } = result;
  return {
    bench: 'records',
    passed: faults.length === 0,
    faults,
    queues: options.queues,
    rate_per_second: options.ratePerSecond,
    duration_ms: options.durationMs,
    users: options.users,
    cores: machine.cores,
    load_average_before: machine.loadBefore,
    load_average_after: machine.loadAfter,
    targets: {
      records_per_second: TARGETS.recordsPerSecond[options.queues],
      answer_p99_ms: TARGETS.answerP99Ms,
      publish_p99_ms: TARGETS.publishP99Ms,
      consume_p99_ms: TARGETS.consumeP99Ms,
    },
    ...(throughput && {
      sustained: {
        records_per_second: throughput.recordsPerSecond,
        records: throughput.records,
        seconds: throughput.seconds,
        cpu_seconds: throughput.cpu,
      },
    }),
    ...(webhooks && { webhooks_at_a_rate: latencyAsJson(webhooks) }),
    ...(records && { records_at_a_rate: latencyAsJson(records) }),
    ...(backlog && {
      backlog: {
        records: backlog.records,
        accepted_per_second: backlog.acceptedPerSecond,
        first_after_ms: backlog.firstAfterMs,
        drained_after_ms: backlog.drainedAfterMs,
        records_per_second: backlog.recordsPerSecond,
      },
    }),
    sent: result.told,
    rows: result.rows,
    wrong: result.wrong,
    wrong_balances: result.differences,
    drift: result.drift,
    ledger_clean: result.ledgerFault === undefined,
  };
}

function latencyAsJson(result: LatencyResult): object {
  return {
    webhooks: result.webhooks,
    records_in_each: result.batch,
    sent_per_second: result.sentPerSecond,
    answer_ms: result.answerMs,
    sent_late_ms: result.sentLateMs,
    publish_p99_within_ms: result.publishP99Ms ?? null,
    consume_ms: result.consumeMs,
    ledger_ms: result.ledgerMs,
    cpu_seconds: result.cpu,
  };
}
