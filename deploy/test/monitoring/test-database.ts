import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { DATABASE_URL } from './servers.ts';

export interface TestDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/** An empty database of its own on the server of TEST_DATABASE_URL. */
export async function openDatabase(): Promise<TestDatabase> {
  const name = `freeway_monitoring_${randomBytes(6).toString('hex')}`;
  const sql = postgres(DATABASE_URL, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`create database ${name}`);
  const url = new URL(DATABASE_URL);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async close() {
      await sql.unsafe(`drop database ${name} with (force)`);
      await sql.end();
    },
  };
}
