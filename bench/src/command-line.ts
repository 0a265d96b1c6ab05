import { checkOptions, suiteOptions } from './authorizations/parse-options.ts';
import type { CheckOptions, SuiteOptions } from './authorizations/suite-options.ts';
import { PROCESS_COUNT } from './chaos/chaos-processes.ts';
import { countOf, durationOf, oneOf, readArguments, refuseOthers, type Values } from './option-values.ts';

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
  | { readonly kind: 'suite'; readonly options: SuiteOptions }
  | { readonly kind: 'check'; readonly options: CheckOptions }
  | { readonly kind: 'memory'; readonly options: MemoryOptions }
  | { readonly kind: 'records'; readonly options: RecordsOptions }
  | { readonly kind: 'chaos'; readonly options: ChaosOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage'; readonly problem: string };

const QUEUES = ['rabbitmq', 'embedded'] as const;
const MEASUREMENTS = ['throughput', 'webhooks', 'records', 'backlog'] as const;

/** `rabbitmqUrl` is what the environment says. */
export function parseCommandLine(args: readonly string[], rabbitmqUrl?: string): BenchCommand {
  try {
    const { values, positionals } = readArguments(args);
    if (values.help === true) return { kind: 'help' };
    const [kind] = positionals;
    if (kind === undefined && values.check === true) return { kind: 'check', options: checkOptions(values) };
    if (kind === undefined) return { kind: 'suite', options: suiteOptions(values, args) };
    if (positionals.length === 1 && kind === 'memory') return { kind, options: memoryOptions(values) };
    if (positionals.length === 1 && kind === 'records') return { kind, options: recordsOptions(values, rabbitmqUrl) };
    if (positionals.length === 1 && kind === 'chaos') return { kind, options: chaosOptions(values, rabbitmqUrl) };
    throw new Error('without a name the whole suite runs; the other benches are memory, records and chaos');
  } catch (error) {
    return { kind: 'usage', problem: (error as Error).message };
  }
}

function memoryOptions(values: Values): MemoryOptions {
  refuseOthers(values, ['rate']);
  return commonOptions(values, { rate: '1000', for: '60s', users: '10000' });
}

function recordsOptions(values: Values, rabbitmqUrl: string | undefined): RecordsOptions {
  refuseOthers(values, ['rate', 'queues', 'backlog', 'only']);
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
  refuseOthers(values, ['rate', 'queues', 'kills']);
  const kills = countOf('--kills', values.kills ?? '10');
  const duration = `${kills * PROCESS_COUNT * SECONDS_FOR_A_KILL}s`;
  return {
    ...commonOptions(values, { rate: '30', for: duration, users: '1000' }),
    queues: queuesOf(values, rabbitmqUrl),
    kills,
  };
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
    json: values.json ?? false,
  };
}
