import type { RecordsOptions } from '../command-line.ts';
import { latencyText } from '../latency.ts';
import { type Machine, machineText } from '../machine.ts';
import type { CpuShares } from './cpu-shares.ts';
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
    ...latencyRows(options, result),
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

function latencyRows({ ratePerSecond, durationMs }: RecordsOptions, { latency }: RecordsRun): Row[] {
  if (latency === undefined) return [];
  const { sentPerSecond, webhooks, publishP99Ms, cpu } = latency;
  const publish = publishP99Ms === undefined ? 'nothing was published' : `p99 within ${publishP99Ms.toFixed(1)}`;
  return [
    ['at a rate of', `${ratePerSecond} webhooks/s for ${durationMs / 1000} s, sent at ${sentPerSecond.toFixed(1)}/s`],
    ['  answer ms', `${latencyText(latency.answerMs)}; target p99 ${TARGETS.answerP99Ms}`],
    ['  sent late ms', `${latencyText(latency.sentLateMs)} (the bench's own part of the answer's)`],
    ['  publish ms', `${publish}; target p99 ${TARGETS.publishP99Ms}`],
    ['  consume ms', `${latencyText(latency.consumeMs)}; both queues, target p99 ${TARGETS.consumeP99Ms}`],
    ['  in ledger ms', latencyText(latency.ledgerMs)],
    ['  CPU', cpuText(cpu, webhooks)],
  ];
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
  const { throughput, latency, backlog } = result;
  return {
    bench: 'records',
    passed: faults.length === 0,
    faults,
    queues: options.queues,
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
    ...(throughput === undefined
      ? {}
      : {
          sustained: {
            records_per_second: throughput.recordsPerSecond,
            records: throughput.records,
            seconds: throughput.seconds,
            cpu_seconds: throughput.cpu,
          },
        }),
    ...(latency === undefined
      ? {}
      : {
          at_a_rate: {
            rate_per_second: options.ratePerSecond,
            webhooks: latency.webhooks,
            sent_per_second: latency.sentPerSecond,
            answer_ms: latency.answerMs,
            sent_late_ms: latency.sentLateMs,
            publish_p99_within_ms: latency.publishP99Ms ?? null,
            consume_ms: latency.consumeMs,
            ledger_ms: latency.ledgerMs,
            cpu_seconds: latency.cpu,
          },
        }),
    ...(backlog === undefined
      ? {}
      : {
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
