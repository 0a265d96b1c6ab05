import type { Credentials } from '../../../poster.ts';
import { type Reference, startReference } from '../start-reference.ts';
import { createTables } from './create-tables.ts';
import { openPool } from './open-pool.ts';
import { seedProgramme, type TextbookProgramme } from './seed-programme.ts';

export interface TextbookOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly rabbitUrl?: string;
  /** Begins all that it makes on Redis and RabbitMQ. */
  readonly namePrefix: string;
  readonly programme: TextbookProgramme;
  readonly credentials: Credentials;
  readonly nodeFlags?: readonly string[];
  readonly signal: AbortSignal;
}

/** Textbook with tables of its own, made anew, and everybody in them. */
export async function startTextbook(options: TextbookOptions): Promise<Reference> {
  const { databaseUrl, redisUrl, rabbitUrl, namePrefix, programme, credentials, nodeFlags, signal } = options;
  const sql = openPool(databaseUrl, 1);
  try {
    await createTables(sql);
    await seedProgramme(sql, programme);
  } finally {
    await sql.end();
  }
  return startReference({
    name: 'textbook',
    credentials,
    settings: {
      DATABASE_URL: databaseUrl,
      NAME_PREFIX: namePrefix,
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      ...(rabbitUrl === undefined ? {} : { RABBITMQ_URL: rabbitUrl }),
    },
    ...(nodeFlags === undefined ? {} : { nodeFlags }),
    signal,
  });
}
