// The real servers and programs that the suites need; a suite without its own is skipped, which npm test says loudly.
const named = (variable: string): string => process.env[variable] ?? '';

export const DATABASE_URL = named('TEST_DATABASE_URL');
export const REDIS_URL = named('TEST_REDIS_URL');
export const RABBITMQ_URL = named('TEST_RABBITMQ_URL');
export const RABBITMQ_METRICS_URL = named('TEST_RABBITMQ_METRICS_URL');
export const MONGODB_URI = named('TEST_MONGODB_URI');
export const PROMETHEUS = named('TEST_PROMETHEUS');
export const PROMTOOL = named('TEST_PROMTOOL');
export const POSTGRES_EXPORTER = named('TEST_POSTGRES_EXPORTER');
export const NODE_EXPORTER = named('TEST_NODE_EXPORTER');

export const haveAll = (...all: readonly string[]): boolean => all.every((each) => each !== '');
