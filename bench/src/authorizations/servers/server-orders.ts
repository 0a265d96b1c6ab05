/** Where scripts/services/run.ts says where each is. */
export const VARIABLES = {
  redis: 'TEST_REDIS_URL',
  rabbitmq: 'TEST_RABBITMQ_URL',
  mongodb: 'TEST_MONGODB_URI',
} as const;

export type ServiceName = keyof typeof VARIABLES;

/** What keep-servers.ts is told; it answers each order when it has been carried out. */
export interface Order {
  readonly verb: 'kill' | 'restart';
  readonly name: ServiceName;
}

export interface Obeyed {
  /** Why it has not been carried out. */
  readonly fault?: string;
}

/** What it says first: where they are, as far as they could be had. */
export type ToldUrls = Readonly<Partial<Record<ServiceName, string>>>;
