import { type ArchiveKind, MONGODB_ARCHIVE, POSTGRES_ARCHIVE } from './archive-under-test.ts';
import { POSTGRES_QUEUES, type QueueKind, RABBITMQ_QUEUES } from './queues-under-test.ts';
import { REDIS_URL } from './servers.ts';

export interface StoreChoice {
  readonly name: string;
  readonly available: boolean;
  readonly queues: QueueKind;
  readonly archive: ArchiveKind;
  readonly env: Readonly<Record<string, string>>;
  /** The services of the worker's health, and what each says of itself while it is up. */
  readonly health: Readonly<Record<string, string | undefined>>;
}

/** What a small programme runs on, and what a large one turns on. */
export const STORE_CHOICES: readonly StoreChoice[] = [
  {
    name: 'PostgreSQL alone',
    available: POSTGRES_QUEUES.available,
    queues: POSTGRES_QUEUES,
    archive: POSTGRES_ARCHIVE,
    env: {},
    health: { postgres: 'the ledger answers', queues: 'queues in postgresql', archive: 'archive in postgresql' },
  },
  {
    name: 'RabbitMQ, MongoDB and Redis',
    available: RABBITMQ_QUEUES.available && MONGODB_ARCHIVE.available && REDIS_URL !== '',
    queues: RABBITMQ_QUEUES,
    archive: MONGODB_ARCHIVE,
    env: { REDIS_URL },
    health: { postgres: 'the ledger answers', queues: 'rabbitmq', archive: 'mongodb', redis: undefined },
  },
];
