import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { SqlReference } from '../../report/suite-result.ts';
import { type CommitFunction, commitStatement } from './commit-statement.ts';
import { findPgbench } from './find-pgbench.ts';
import { type PgbenchOutput, parseOutput } from './parse-output.ts';
import { createPayers, dropPayers } from './payers.ts';

export interface PgbenchOptions {
  /** Of a ledger that has the bench's programme, and that may be filled. */
  readonly databaseUrl: string;
  /** Authorizations in one commit. */
  readonly batch: number;
  readonly clients: number;
  readonly seconds: number;
  /** How many accounts pay at most. */
  readonly payersMax: number;
  readonly signal: AbortSignal;
  /** Found by itself; null says that there is none. */
  readonly pgbench?: string | null;
}

export interface PgbenchReference extends SqlReference {
  /** From sending a commit to its end. */
  readonly commitMs?: number;
}

const WARM_UP_SECONDS = 1;

/** As in the sessions of the gateway that commit. */
const SESSION =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

/** The gateway's commit with no gateway: what PostgreSQL can do here at most. */
export async function measurePgbench(options: PgbenchOptions): Promise<PgbenchReference> {
  const { databaseUrl, batch, clients, payersMax, pgbench = findPgbench() ?? null } = options;
  const title = `pgbench, ${clients} clients committing ${batch} at once`;
  if (pgbench === null) return { title, authorizationsPerSecond: undefined, why: 'pgbench is not installed' };
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const folder = await mkdtemp(join(tmpdir(), 'freeway-pgbench-'));
  try {
    const payers = await createPayers(sql, payersMax);
    const script = join(folder, 'commit.sql');
    await writeFile(script, commitStatement(await commitFunction(sql), batch, payers));
    const run = (seconds: number) => runPgbench(pgbench, script, seconds, options);
    await run(WARM_UP_SECONDS);
    const { perSecond, latencyMs } = await run(options.seconds);
    return { title, authorizationsPerSecond: perSecond * batch, commitMs: latencyMs };
  } finally {
    await dropPayers(sql);
    await sql.end();
    await rm(folder, { recursive: true });
  }
}

/** What the commit takes, in this version of the ledger. */
async function commitFunction(sql: postgres.Sql): Promise<CommitFunction> {
  const parameters = await sql<{ name: string }[]>`
    select p.name from pg_proc f
      cross join lateral unnest(f.proargnames, f.proargmodes) with ordinality as p (name, mode, position)
      where f.oid = 'authorize_requests'::regproc and p.mode = 'i' order by p.position`;
  const fieldsOf = async (type: string) => {
    const fields = await sql<{ name: string }[]>`
      select attname as name from pg_attribute where attrelid = ${type}::regclass and attnum > 0 order by attnum`;
    return fields.map(({ name }) => name);
  };
  return {
    parameters: parameters.map(({ name }) => name),
    requestFields: await fieldsOf('authorization_request'),
    counterFields: await fieldsOf('authorization_counter'),
  };
}

async function runPgbench(
  pgbench: string,
  script: string,
  seconds: number,
  { databaseUrl, clients, signal }: PgbenchOptions,
): Promise<PgbenchOutput> {
  const args = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-f', script];
  const child = spawn(pgbench, args, {
    env: { ...connectionOf(new URL(databaseUrl)), PGOPTIONS: SESSION, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`pgbench exited with ${code}:\n${said.trim()}`);
  return parseOutput(said);
}

/** Where it connects to, not on its command line, which everybody can read. */
function connectionOf({ hostname, port, username, password, pathname }: URL): NodeJS.ProcessEnv {
  return {
    PGHOST: decodeURIComponent(hostname),
    PGPORT: port === '' ? '5432' : port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
}
