import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

export interface TestDatabase {
  readonly url: string;
  /** Drops it. */
  close(): Promise<void>;
}

/** A database of its own on the server that the tests have. */
export async function openTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `freeway_bench_test_${randomBytes(4).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const sql = postgres(serverUrl, { max: 1, onnotice: () => undefined });
    await sql.unsafe(statement).finally(() => sql.end());
  };
  await run(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => run(`drop database ${name} with (force)`) };
}
