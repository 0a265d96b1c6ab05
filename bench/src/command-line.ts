import { parseArgs } from 'node:util';

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
  /** One of the three measurements instead of all. */
  readonly only: 'throughput' | 'latency' | 'backlog' | undefined;
}

export type BenchCommand =
  | { readonly kind: 'memory'; readonly options: MemoryOptions }
  | { readonly kind: 'records'; readonly options: RecordsOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage'; readonly problem: string };

export const HELP = `usage: npm run bench -- memory  [--rate 1000] [--for 60s] [--users 10000] [--json]
       npm run bench -- records [--rate 500] [--for 20s] [--users 10000] [--json]
                                [--queues rabbitmq|embedded] [--backlog 20000] [--only throughput|latency|backlog]

memory    the gateway's resident memory at a constant rate of requests. Starts a database and a gateway of its own,
          sends unique authorizations, checks every answer and, at the end, the ledger.
records   how fast webhooks get into the ledger. Starts a database, the intake and the two workers of its own; measures
          how many records a second get through (throughput), what each waits for at a constant rate of webhooks
          (latency), and how a backlog drains (backlog). One wrong balance at the end makes the run void. With
          --queues rabbitmq, which is the default where RABBITMQ_URL is set, queues of its own are made there.

Exit codes: 0 within the limits, 1 not, or the run is void, 2 called wrongly, 130 interrupted.`;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };
const QUEUES = ['rabbitmq', 'embedded'] as const;
const MEASUREMENTS = ['throughput', 'latency', 'backlog'] as const;

const OPTIONS = {
  rate: { type: 'string' },
  for: { type: 'string' },
  users: { type: 'string', default: '10000' },
  json: { type: 'boolean', default: false },
  queues: { type: 'string' },
  backlog: { type: 'string' },
  only: { type: 'string' },
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
    throw new Error('there are two benches: memory and records');
  } catch (error) {
    return { kind: 'usage', problem: (error as Error).message };
  }
}

function memoryOptions(values: Values): MemoryOptions {
  for (const name of ['queues', 'backlog', 'only'] as const)
    if (values[name] !== undefined) throw new Error(`--${name} is an option of records`);
  return commonOptions(values, { rate: '1000', for: '60s' });
}

function recordsOptions(values: Values, rabbitmqUrl: string | undefined): RecordsOptions {
  const queues = oneOf('--queues', values.queues ?? (rabbitmqUrl === undefined ? 'embedded' : 'rabbitmq'), QUEUES);
  if (queues === 'rabbitmq' && rabbitmqUrl === undefined)
    throw new Error('--queues rabbitmq wants RABBITMQ_URL: amqp://user:password@host:5672');
  return {
    ...commonOptions(values, { rate: '500', for: '20s' }),
    queues,
    backlog: countOf('--backlog', values.backlog ?? '20000'),
    only: values.only === undefined ? undefined : oneOf('--only', values.only, MEASUREMENTS),
  };
}

function commonOptions(values: Values, defaults: { readonly rate: string; readonly for: string }): MemoryOptions {
  return {
    ratePerSecond: countOf('--rate', values.rate ?? defaults.rate),
    durationMs: durationOf(values.for ?? defaults.for),
    users: countOf('--users', values.users),
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
