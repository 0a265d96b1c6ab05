import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  findExecutable,
  nginxExecutable,
  nodeExporterExecutable,
  postgresExporterExecutable,
  prometheusExecutable,
  promtoolExecutable,
  rabbitmqExecutable,
  redisExecutable,
} from './executables.ts';

export type Log = (line: string) => void;

/** Programs that tests run themselves, by the variable that tells them where each is. */
export const PROGRAMS = [
  { name: 'nginx', variable: 'TEST_NGINX', find: nginxExecutable },
  { name: 'prometheus', variable: 'TEST_PROMETHEUS', find: prometheusExecutable },
  { name: 'prometheus', variable: 'TEST_PROMTOOL', find: promtoolExecutable },
  { name: 'prometheus-postgres-exporter', variable: 'TEST_POSTGRES_EXPORTER', find: postgresExporterExecutable },
  { name: 'prometheus-node-exporter', variable: 'TEST_NODE_EXPORTER', find: nodeExporterExecutable },
];

const PACKAGES = [
  { name: 'redis-server', variable: 'TEST_REDIS_URL', find: redisExecutable },
  { name: 'rabbitmq-server', variable: 'TEST_RABBITMQ_URL', find: rabbitmqExecutable },
  ...PROGRAMS,
];

/** Debian's packages that the tests want here and that are not installed. */
export function missingPackages(env: NodeJS.ProcessEnv): string[] {
  const missing = PACKAGES.filter(({ variable, find }) => !env[variable] && !find());
  return [...new Set(missing.map(({ name }) => name))];
}

export const installCommand = (packages: readonly string[]): string =>
  `apt-get install --no-install-recommends ${packages.join(' ')}`;

/** Installs them when we may; otherwise says once which command does. */
export async function installPackages(packages: readonly string[], log: Log): Promise<void> {
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || !findExecutable('apt-get')) {
    log(`not installed: ${packages.join(', ')}. On Debian or Ubuntu run: sudo ${installCommand(packages)}`);
    return;
  }
  log(`installing ${packages.join(', ')} (${installCommand(packages)}); once, about half a minute`);
  const restore = forbidServiceStart();
  try {
    await apt(['update', '-q'], log);
    await apt(['install', '-y', '-q', '--no-install-recommends', ...packages], log);
  } finally {
    restore();
  }
}

// Debian asks this program before a package starts its service. We want the programs, not servers on the default
// ports of the machine; 101 means "forbidden".
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY = '#!/bin/sh\n# Freeway: while test packages are being installed.\nexit 101\n';

function forbidServiceStart(): () => void {
  // One left by an earlier run that was killed is ours as well.
  const ours = !existsSync(POLICY_FILE) || readFileSync(POLICY_FILE, 'utf8') === POLICY;
  if (!ours) return () => {};
  writeFileSync(POLICY_FILE, POLICY, { mode: 0o755 });
  return () => rmSync(POLICY_FILE, { force: true });
}

/** A failure is only told: what is missing afterwards is skipped, loudly. */
function apt(args: readonly string[], log: Log): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let tail = '';
    const keep = (text: Buffer) => (tail = (tail + text.toString()).slice(-2_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => keep(Buffer.from(error.message)));
    child.once('close', (code) => {
      if (code !== 0) log(`apt-get ${args[0]} failed (${code}):\n${tail.trim()}`);
      resolve();
    });
  });
}
