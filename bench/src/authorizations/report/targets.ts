export type Unit = 'ratio' | 'x' | 'ms' | 'us' | 'MB';

/** What a figure must reach, and what it should. */
export interface Target {
  readonly title: string;
  readonly unit: Unit;
  readonly bar: number;
  readonly aim: number;
  readonly better: 'higher' | 'lower';
  /** As many as the measurement is worth. */
  readonly decimals: number;
  /** A difference, written with its sign. */
  readonly isChange: boolean;
}

const DECIMALS: Readonly<Record<Unit, number>> = { ratio: 2, x: 1, ms: 1, us: 0, MB: 0 };

/** On 2 cores that load generator, gateway and PostgreSQL share, with durable commits and 2 velocity counters a request. */
export const TARGETS = {
  saturated_to_null: higher('saturated throughput / Fastify null server', 'ratio', 0.25, 0.4),
  saturated_to_textbook: higher('saturated throughput / textbook', 'x', 6, 10),
  hot_to_uniform: higher('one hot account / uniform', 'ratio', 1, 1.5),
  half_p99: lower("p99 at half of saturation, minus the generator's floor", 'ms', 10, 5),
  p999_at_500: lower('p99.9 at 500/s', 'ms', 20, 8),
  cpu: lower('CPU of gateway + PostgreSQL per authorization', 'us', 150, 90),
  large_to_empty: higher('throughput with 10 million cards and 20 million authorizations / empty', 'ratio', 0.75, 0.9),
  two_gateways_to_one: higher('two gateways contending for the same hot accounts / one', 'ratio', 0.9, 1.2),
  p99_change_on_death: {
    ...lower('change in p99 while Redis, RabbitMQ or MongoDB dies', 'ms', 10, 3),
    isChange: true,
  },
  gateway_memory: lower('gateway memory after 1 million requests', 'MB', 200, 150),
} as const satisfies Readonly<Record<string, Target>>;

export type TargetId = keyof typeof TARGETS;

export const TARGET_IDS = Object.keys(TARGETS) as readonly TargetId[];

function higher(title: string, unit: Unit, bar: number, aim: number): Target {
  return { title, unit, bar, aim, better: 'higher', decimals: DECIMALS[unit], isChange: false };
}

function lower(title: string, unit: Unit, bar: number, aim: number): Target {
  return { ...higher(title, unit, bar, aim), better: 'lower' };
}
