// An intake that cannot start says why, in its exit code and in a sentence, and repeats no secret.
import { randomBytes } from 'node:crypto';
import { connectPostgres } from '@freeway/postgres';
import { describe, expect, it } from 'vitest';
import { startIntakeProcess } from './intake-process.ts';
import { DATABASE_URL } from './servers.ts';

describe('a start that fails', () => {
  it('faulty settings: exit 2, each of them named', async () => {
    const env = {
      WEBHOOK_BASIC_AUTH_PASSWORD: 'short-1',
      WEBHOOK_SIGNATURE_SECRET: 'short-2',
      WEBHOOK_SIGNATURE_ALGORITHMS: 'HMAC_MD_5',
      WEBHOOK_HEADER_VALUE: 'without-a-name',
      INTAKE_PORT: '70000',
    };
    const intake = startIntakeProcess(env);
    expect(await intake.exited).toBe(2);
    const named = [...intake.output().matchAll(/^ {2}(\w+): /gm)].map((match) => match[1]);
    const { WEBHOOK_HEADER_VALUE: _, ...others } = env;
    expect(named.toSorted()).toEqual([...Object.keys(others), 'WEBHOOK_HEADER_NAME'].toSorted());
    for (const value of Object.values(env)) expect(intake.output()).not.toContain(value);
  });

  it.skipIf(DATABASE_URL === '')('a database that lacks migrations: exit 1, it says what to run', async () => {
    const name = `freeway_intake_${randomBytes(6).toString('hex')}`;
    const admin = connectPostgres({ url: DATABASE_URL, poolMax: 1, statementTimeoutMs: 30_000 });
    await admin.sql.unsafe(`create database ${name}`);
    const url = new URL(DATABASE_URL);
    url.pathname = `/${name}`;
    const intake = startIntakeProcess({ DATABASE_URL: url.href });
    expect(await intake.exited).toBe(1);
    expect(intake.output()).toContain('run `freeway migrate` first');
    await admin.sql.unsafe(`drop database ${name} with (force)`);
    await admin.close();
  });
});
