import type { MemoryOptions } from '../command-line.ts';
import { latencyText } from '../latency.ts';
import { type Machine, machineText } from '../machine.ts';
import type { MemoryRun } from './measure-memory.ts';
import { LIMIT_BYTES } from './verdict.ts';

export interface BenchReport {
  readonly options: MemoryOptions;
  readonly machine: Machine;
  readonly result: MemoryRun;
  readonly faults: readonly string[];
}

/** A table for people. */
export function formatReport({ options, machine, result, faults }: BenchReport): string {
  const { traffic, memory, cpu } = result;
  const { rssBytes: rss } = memory;
  const rows = [
    ['load', `${options.ratePerSecond} requests/s for ${options.durationMs / 1000} s, ${options.users} cards`],
    ['machine', machineText(machine)],
    [
      'requests',
      `${traffic.sent}, sent at ${rate(traffic.sentPerSecond)}, answered at ${rate(traffic.answeredPerSecond)}`,
    ],
    ['answers', answers(traffic)],
    ['latency ms', latencyText(traffic.latencyMs)],
    ['sent late ms', `${latencyText(traffic.sentLateMs)} (the bench's own part of the latency)`],
    ['gateway RSS', `min ${mb(rss.min)}  mean ${mb(rss.mean)}  max ${mb(rss.max)}  peak ${mb(memory.peakBytes)}`],
    [
      'gateway heap',
      `used ${mb(memory.heapUsedBytes)}  total ${mb(memory.heapTotalBytes)}  external ${mb(memory.externalBytes)}`,
    ],
    ['CPU', cpu === undefined ? 'unknown on this system' : cpuText(cpu, traffic.sent)],
    ['ledger', result.ledgerFault ?? 'all invariants hold'],
    ['verdict', faults.length === 0 ? `passed: below ${mb(LIMIT_BYTES)}` : faults.join('\n              ')],
  ];
  return rows.map(([name = '', text = '']) => `${name.padEnd(12)}  ${text}`).join('\n');
}

/** The same for programs; snake_case, and units in the names. */
export function reportAsJson({ options, machine, result, faults }: BenchReport): object {
  const { traffic, memory, cpu } = result;
  const perAuthorization = (seconds: number): number => Math.round((seconds * 1e6) / traffic.sent);
  return {
    bench: 'memory',
    passed: faults.length === 0,
    faults,
    rate_per_second: options.ratePerSecond,
    duration_ms: options.durationMs,
    users: options.users,
    cores: machine.cores,
    load_average_before: machine.loadBefore,
    load_average_after: machine.loadAfter,
    sent: traffic.sent,
    sent_per_second: traffic.sentPerSecond,
    answered_per_second: traffic.answeredPerSecond,
    approved: traffic.approved,
    declined: traffic.declined,
    wrong: traffic.wrong,
    latency_ms: traffic.latencyMs,
    sent_late_ms: traffic.sentLateMs,
    rss_bytes: memory.rssBytes,
    rss_samples: memory.samples,
    rss_peak_bytes: memory.peakBytes,
    rss_limit_bytes: LIMIT_BYTES,
    heap_used_bytes: memory.heapUsedBytes,
    heap_total_bytes: memory.heapTotalBytes,
    external_bytes: memory.externalBytes,
    ...(cpu === undefined
      ? {}
      : { gateway_cpu_us: perAuthorization(cpu.own), postgres_cpu_us: perAuthorization(cpu.descendants) }),
    ledger_clean: result.ledgerFault === undefined,
  };
}

function answers({ approved, declined, wrong }: MemoryRun['traffic']): string {
  const counts = [
    ...Object.entries(declined).map(([reason, count]) => `402 ${count} (${reason})`),
    ...Object.entries(wrong).map(([fault, count]) => `WRONG ${count} (${fault})`),
  ];
  return [`200 ${approved}`, ...counts].join('  ');
}

function cpuText({ own, descendants }: NonNullable<MemoryRun['cpu']>, sent: number): string {
  const us = (seconds: number): string => `${((seconds * 1e6) / sent).toFixed(0)} us`;
  return `gateway ${us(own)}, PostgreSQL ${us(descendants)} per authorization`;
}

function rate(perSecond: number): string {
  return `${perSecond.toFixed(1)}/s`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
