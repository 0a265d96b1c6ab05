/** What the suite can measure, in the order in which it does. */
export const MEASUREMENTS = {
  saturation:
    'a closed loop: a Fastify server with no ledger, Freeway, one hot account of it, a textbook implementation',
  canonical: 'a closed loop of what a programme sends on a usual day',
  sql: "Freeway's commit through pgbench, with no gateway",
  gateways: 'a closed loop on few accounts, with one gateway and with two',
  half: "an open loop at half of Freeway's saturation, beside the server with no ledger",
  'at-500': 'an open loop at 500/s',
  idle: 'one request a second',
  burst: 'ten times the rate for a few seconds',
  curve: 'open loops at rising rates to beyond saturation',
  million: 'memory after a million requests',
  cold: 'a closed loop of cards that the gateway does not know',
  deaths: 'Redis, RabbitMQ and MongoDB killed while requests come, and dead',
  large: 'programmes of 1 and 10 million cards, 20 million past authorizations; takes long: with --large, or named',
} as const satisfies Readonly<Record<string, string>>;

export type MeasurementName = keyof typeof MEASUREMENTS;

export const MEASUREMENT_NAMES = Object.keys(MEASUREMENTS) as readonly MeasurementName[];
