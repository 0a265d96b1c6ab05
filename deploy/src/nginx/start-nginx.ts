import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@freeway/postgres/free-port';
import { type Certificate, selfSigned } from './certificates.ts';
import { giveTo, makeNginxHome } from './nginx-home.ts';

export interface NginxOptions {
  readonly program: string;
  /** host:port of two gateways, and of intake. */
  readonly gateways: readonly [string, string];
  readonly intake: string;
  /** Further text of the included files that is replaced, such as limits. */
  readonly replace?: Readonly<Record<string, string>>;
  readonly clientCa?: string;
  /** As NGINX_SERVER_NAMES. */
  readonly serverNames?: string;
  /** As NGINX_RESOLVER; without it the machine's own name servers, which tests do not ask. */
  readonly resolver?: string;
  /** Folder of the operators' console. */
  readonly console?: string;
}

export interface Nginx {
  readonly pid: number;
  /** What it reads: nginx.conf, freeway/, tls/. */
  readonly home: string;
  /** Where it may write. */
  readonly runFolder: string;
  readonly server: Certificate;
  readonly ports: { readonly edge: number; readonly operations: number; readonly status: number };
  /** Lines of the log as they are. */
  accessLog(): Promise<readonly string[]>;
  errorLog(): Promise<readonly string[]>;
  /** Puts changed files to use, as an operator does. */
  reload(): Promise<void>;
  stop(): Promise<number | null>;
}

const run = promisify(execFile);

/** Nobody: nginx must be content with that, and root in a test would hide that it is not. */
const UNPRIVILEGED = 65_534;
const START_TIMEOUT_MS = 20_000;

/** Starts nginx with the repository's files, by the script that a container starts it with. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'freeway-nginx-'));
  const [home, runFolder] = [join(folder, 'home'), join(folder, 'run')];
  const ports = { edge: await freePort(), operations: await freePort(), status: await freePort() };
  const server = await selfSigned(folder, 'localhost');
  await makeNginxHome(home, { server, clientCa: options.clientCa, replace: replacementsOf(options, ports) });
  const logs = [join(folder, 'access.log'), join(folder, 'error.log')] as const;
  const [out, err] = [await open(logs[0], 'a'), await open(logs[1], 'a')];
  const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  await chmod(folder, 0o755);
  if (user.uid !== undefined) await giveTo(folder, user.uid);
  const env = {
    PATH: process.env['PATH'],
    NGINX_PROGRAM: options.program,
    NGINX_HOME: home,
    NGINX_RUN: runFolder,
    NGINX_SERVER_NAMES: options.serverNames ?? '',
    NGINX_RESOLVER: options.resolver ?? '',
    NGINX_CONSOLE: options.console ?? join(folder, 'no-console'),
  };
  const script = join(home, 'freeway/start.sh');
  const child = spawn('sh', [script], {
    ...user,
    cwd: folder,
    env,
    stdio: ['ignore', out.fd, err.fd],
  });
  await Promise.all([out.close(), err.close()]);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const nginx: Nginx = {
    pid: child.pid ?? 0,
    home,
    runFolder,
    server,
    ports,
    accessLog: () => linesOf(logs[0]),
    errorLog: () => linesOf(logs[1]),
    async reload() {
      await run('sh', [script, '-s', 'reload'], { ...user, env });
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
  await untilAlive(nginx, () => child.exitCode !== null).catch(async (error: unknown) => {
    await nginx.stop();
    throw error;
  });
  return nginx;
}

async function linesOf(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
}

function replacementsOf(options: NginxOptions, ports: Nginx['ports']): Readonly<Record<string, string>> {
  return {
    'gateway-1:8080': options.gateways[0],
    'gateway-2:8080': options.gateways[1],
    'intake:8081': options.intake,
    'listen 8443': `listen 127.0.0.1:${ports.edge}`,
    'listen 8444': `listen 127.0.0.1:${ports.operations}`,
    'listen 8082': `listen 127.0.0.1:${ports.status}`,
    ...options.replace,
  };
}

async function untilAlive(nginx: Nginx, hasEnded: () => boolean): Promise<void> {
  const givesUpAtMs = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < givesUpAtMs && !hasEnded()) {
    const isAlive = await fetch(`http://127.0.0.1:${nginx.ports.status}/alive`).then(
      (response) => response.ok,
      () => false,
    );
    if (isAlive) return;
    await delay(20);
  }
  throw new Error(`nginx does not run; its log is\n${(await nginx.errorLog()).join('\n')}`);
}
