import { parseArgs } from 'node:util';
import { PROCESS_COUNT } from './chaos/chaos-processes.ts';

export interface MemoryOptions {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Each has an account, a card and two velocity limits. */
  readonly users: number;
  /** The result as one JSON object, the last line of stdout; everything else goes to stderr. */
  readonly json: boolean;
}

export interface RecordsOptions extends MemoryOptions {
  readonly queues: 'rabbitmq' | 'embedded';
  /** Records that come in while no worker runs. */
  readonly backlog: number;
  /** One of the measurements instead of all. */
  readonly only: 'throughput' | 'webhooks' | 'records' | 'backlog' | undefined;
}

export interface ChaosOptions extends MemoryOptions {
  readonly queues: RecordsOptions['queues'];
  /** Of each process. */
  readonly kills: number;
}

export type BenchCommand =
  | { readonly kind: 'memory'; readonly options: MemoryOptions }
  | { readonly kind: 'records'; readonly options: RecordsOptions }
  | { readonly kind: 'chaos'; readonly options: ChaosOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage'; readonly problem: string };

export const HELP = `usage: npm run bench -- memory  [--rate 1000] [--for 60s] [--users 10000] [--json]
       npm run bench -- records [--rate 500] [--for 20s] [--users 10000] [--json]
                                [--queues rabbitmq|embedded] [--backlog 20000]
                                [--only throughput|webhooks|records|backlog]
       npm run bench -- chaos   [--kills 10] [--rate 30] [--for 4m] [--users 1000] [--json]
                                [--queues rabbitmq|embedded]

memory    the gateway's resident memory at a constant rate of requests. Starts a database and a gateway of its own,
          sends unique authorizations, checks every answer and, at the end, the ledger.
records   how fast webhooks get into the ledger. Starts a database, the intake and the two workers of its own; measures
          how many records a second get through (throughput), what is waited for at a constant rate of webhooks with
          one record each (webhooks) and of as many records in webhooks of ten (records), and how a backlog drains
          (backlog). One wrong balance at the end makes the run void. With --queues rabbitmq, which is the default
          where RABBITMQ_URL is set, queues of its own are made there.
chaos     whether anything is lost. Plays whole lives against processes of its own while it kills each of them (SIGKILL)
          --kills times in turn and starts it again; then every account, counter and listed record must be what the
          simulator's own model says, and the ledger's invariants must hold. The kills are spread over --for, by default 3 s for each.

Exit codes: 0 within the limits, 1 not, or the run is void, 2 called wrongly, 130 interrupted.`;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };
const QUEUES = ['rabbitmq', 'embedded'] as const;
const MEASUREMENTS = ['throughput', 'webhooks', 'records', 'backlog'] as const;

const OPTIONS = {
  rate: { type: 'string' },
  for: { type: 'string' },
  users: { type: 'string' },
  json: { type: 'boolean', default: false },
  queues: { type: 'string' },
  backlog: { type: 'string' },
  only: { type: 'string' },
  kills: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof read>['values'];

function read(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** `rabbitmqUrl` is what the environment says. */
export function parseCommandLine(args: readonly string[], rabbitmqUrl?: string): BenchCommand {
  try {
    const { values, positionals } = read(args);
    if (values.help) return { kind: 'help' };
    const [kind] = positionals;
    if (positionals.length === 1 && kind === 'memory') return { kind, options: memoryOptions(values) };
    if (positionals.length === 1 && kind === 'records') return { kind, options: recordsOptions(values, rabbitmqUrl) };
    if (positionals.length === 1 && kind === 'chaos') return { kind, options: chaosOptions(values, rabbitmqUrl) };
    throw new Error('there are three benches: memory, records and chaos');
  } catch (error) {
    return { kind: 'usage', problem: (error as Error).message };
  }
}

function memoryOptions(values: Values): MemoryOptions {
  refuse(values, ['queues', 'backlog', 'only', 'kills']);
  return commonOptions(values, { rate: '1000', for: '60s', users: '10000' });
}

function recordsOptions(values: Values, rabbitmqUrl: string | undefined): RecordsOptions {
  refuse(values, ['kills']);
  return {
    ...commonOptions(values, { rate: '500', for: '20s', users: '10000' }),
    queues: queuesOf(values, rabbitmqUrl),
    backlog: countOf('--backlog', values.backlog ?? '20000'),
    only: values.only === undefined ? undefined : oneOf('--only', values.only, MEASUREMENTS),
  };
}

/** A process needs about as long to start. */
const SECONDS_FOR_A_KILL = 3;

function chaosOptions(values: Values, rabbitmqUrl: string | undefined): ChaosOptions {
  refuse(values, ['backlog', 'only']);
  const kills = countOf('--kills', values.kills ?? '10');
  const duration = `${kills * PROCESS_COUNT * SECONDS_FOR_A_KILL}s`;
  return {
    ...commonOptions(values, { rate: '30', for: duration, users: '1000' }),
    queues: queuesOf(values, rabbitmqUrl),
    kills,
  };
}

function refuse(values: Values, others: readonly (keyof Values)[]): void {
  for (const name of others) if (values[name] !== undefined) throw new Error(`--${name} is an option of another bench`);
}

function queuesOf({ queues }: Values, rabbitmqUrl: string | undefined): RecordsOptions['queues'] {
  const wanted = oneOf('--queues', queues ?? (rabbitmqUrl === undefined ? 'embedded' : 'rabbitmq'), QUEUES);
  if (wanted === 'rabbitmq' && rabbitmqUrl === undefined)
    throw new Error('--queues rabbitmq wants RABBITMQ_URL: amqp://user:password@host:5672');
  return wanted;
}

type Defaults = Readonly<Record<'rate' | 'for' | 'users', string>>;

function commonOptions(values: Values, defaults: Defaults): MemoryOptions {
  return {
    ratePerSecond: countOf('--rate', values.rate ?? defaults.rate),
    durationMs: durationOf(values.for ?? defaults.for),
    users: countOf('--users', values.users ?? defaults.users),
    json: values.json,
  };
}

function oneOf<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`${name} is ${choices.join(' or ')}, not ${text}`);
  return found;
}

function countOf(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${name} is a whole number of at least 1, not ${text}`);
  return Number(text);
}

function durationOf(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,4})(s|m)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (unitMs === undefined) throw new Error(`--for is a time such as 60s or 5m, not ${text}`);
  return Number(digits) * unitMs;
}
