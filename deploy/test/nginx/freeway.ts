import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@freeway/postgres/free-port';
import postgres from 'postgres';
import { CUSTOMERS } from './purchase.ts';

const MAIN = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));
export const USERNAME = 'platform';
export const PASSWORD = 'Quay-Lane-7-is-closed-on-Sundays';

export interface GatewayProcess {
  /** host:port, the same over all its lives. */
  readonly address: string;
  /** Resolves once it is ready. */
  start(): Promise<void>;
  /** Resolves to the exit code, null when a signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** A database with a small programme, and gateways on it. */
export interface Freeway {
  readonly sql: postgres.Sql;
  gateway(): Promise<GatewayProcess>;
  /** Runs a command to its end; rejects with what it said unless it exits with 0. */
  run(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function openFreeway(serverUrl: string): Promise<Freeway> {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-behind-nginx-'));
  const name = `freeway_nginx_${randomBytes(4).toString('hex')}`;
  const server = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await server.unsafe(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 2, onnotice: () => undefined });
  const running = new Set<ChildProcess>();
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: url.href,
    DATA_FOLDER: join(folder, 'data'),
    JIT_BASIC_AUTH_USERNAME: USERNAME,
    JIT_BASIC_AUTH_PASSWORD: PASSWORD,
    // A machine that is busy with other tests is no reason to shed load.
    MAX_EVENT_LOOP_DELAY_MS: '60000',
    POSTGRES_POOL_MAX: '5',
    LOG_LEVEL: 'warn',
  };

  function launch(args: readonly string[], settings: Readonly<Record<string, string>> = {}): [ChildProcess, string] {
    const logFile = join(folder, `${args[0]}-${randomBytes(2).toString('hex')}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: { ...env, ...settings },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(child);
    child.once('exit', () => running.delete(child));
    return [child, logFile];
  }

  const freeway: Freeway = {
    sql,
    async run(...args) {
      const [child, logFile] = launch(args);
      const [code] = (await once(child, 'exit')) as [number | null];
      const said = readFileSync(logFile, 'utf8');
      if (code !== 0) throw new Error(`freeway ${args.join(' ')} exited with ${code}:\n${said}`);
      return said;
    },
    async gateway() {
      const port = await freePort();
      let child: ChildProcess | undefined;
      return {
        address: `127.0.0.1:${port}`,
        async start() {
          const [started, logFile] = launch(['gateway'], { PORT: String(port) });
          child = started;
          for (;;) {
            if (started.exitCode !== null) throw new Error(`the gateway ended:\n${readFileSync(logFile, 'utf8')}`);
            const isReady = await fetch(`http://127.0.0.1:${port}/ready`).then(
              (response) => response.ok,
              () => false,
            );
            if (isReady) return;
            await delay(50);
          }
        },
        async end(signal) {
          if (child === undefined) throw new Error('it was never started');
          const exited = once(child, 'exit') as Promise<[number | null]>;
          child.kill(signal);
          return (await exited)[0];
        },
      };
    },
    async close() {
      await Promise.all([...running].map((child) => (child.kill('SIGKILL'), once(child, 'exit'))));
      await sql.end();
      await server.unsafe(`drop database ${name} with (force)`);
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const programme = join(folder, 'programme.ndjson');
  writeFileSync(programme, CUSTOMERS.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await freeway.run('migrate');
  await freeway.run('import', programme);
  return freeway;
}
