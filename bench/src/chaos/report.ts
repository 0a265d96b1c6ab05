import type { ChaosOptions } from '../command-line.ts';
import { type Machine, machineText } from '../machine.ts';
import type { Kill } from './kill-in-turn.ts';
import type { ChaosRun } from './measure-chaos.ts';

export interface ChaosReport {
  readonly options: ChaosOptions;
  readonly machine: Machine;
  readonly result: ChaosRun;
  readonly faults: readonly string[];
}

const NAME_WIDTH = 15;

/** A table for people. */
export function formatReport({ options, machine, result, faults }: ChaosReport): string {
  const { play, kills, replays } = result;
  const { webhooks } = play;
  const differences = [play.differing_accounts, play.differing_counters, play.differing_exceptions];
  const [accounts = 0, counters = 0, listed = 0] = differences.map(({ length }) => length);
  const rows = [
    ['queues', options.queues === 'rabbitmq' ? 'RabbitMQ (RABBITMQ_URL)' : 'embedded, in PostgreSQL'],
    ['machine', machineText(machine)],
    ...byProcess(kills).map(([name, own], nth) => [nth === 0 ? 'killed' : '', killsText(name, own)]),
    [
      'requests',
      `${play.sent} sent, ${play.answered} answered (${play.approved} approved, ${play.wrong} wrong), ` +
        `${play.unanswered} decided by the platform alone; ${total(play.connection_errors)} broken connections, ` +
        `${play.timeouts} time-outs`,
    ],
    [
      'webhooks',
      `${webhooks.acknowledged} notifications acknowledged, ${webhooks.retries} messages sent again, ` +
        `${webhooks.duplicates} notifications told twice`,
    ],
    ['records', `${total(play.records)} of ${Object.keys(play.records).length} types`],
    [
      'came again',
      Object.entries(replays)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
    ],
    ['against model', `${accounts} accounts, ${counters} counters and ${listed} listed records differ`],
    ['ledger', result.ledgerFault ?? 'all invariants hold'],
    ['verdict', faults.length === 0 ? 'passed' : faults.join(`\n${' '.repeat(NAME_WIDTH + 2)}`)],
  ];
  return rows.map(([name = '', text = '']) => `${name.padEnd(NAME_WIDTH)}  ${text}`).join('\n');
}

function byProcess(kills: readonly Kill[]): [string, readonly Kill[]][] {
  return [...Map.groupBy(kills, ({ process }) => process)];
}

function killsText(name: string, kills: readonly Kill[]): string {
  const away = kills.map(({ awayMs }) => awayMs);
  const mean = away.reduce((sum, ms) => sum + ms, 0) / away.length;
  const at = kills.map(({ atMs }) => (atMs / 1000).toFixed(1)).join(' ');
  return `${name} ${kills.length} x, away ${seconds(mean)} s on average, ${seconds(Math.max(...away))} s at most; at ${at} s`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The same for programs; snake_case, and units in the names. */
export function reportAsJson({ options, machine, result, faults }: ChaosReport): object {
  const { play, kills, replays, processFaults, ledgerFault } = result;
  return {
    bench: 'chaos',
    passed: faults.length === 0,
    faults,
    queues: options.queues,
    rate_per_second: options.ratePerSecond,
    duration_ms: options.durationMs,
    users: options.users,
    cores: machine.cores,
    load_average_before: machine.loadBefore,
    load_average_after: machine.loadAfter,
    kills: kills.map(({ process, atMs, awayMs }) => ({ process, at_ms: atMs, away_ms: awayMs })),
    replays,
    process_faults: processFaults,
    ledger_clean: ledgerFault === undefined,
    play,
  };
}
