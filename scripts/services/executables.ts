import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these that can be executed: bare names are looked up on PATH, paths are taken as they are. */
export function findExecutable(...candidates: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return candidates
    .flatMap((name) => (name.includes('/') ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
}

export const redisExecutable = (): string | undefined => findExecutable('redis-server', '/usr/bin/redis-server');

// Debian's wrapper on PATH insists on its own user and folders; the script behind it does not.
export const rabbitmqExecutable = (): string | undefined =>
  findExecutable('/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server');

export const nginxExecutable = (): string | undefined => findExecutable('nginx', '/usr/sbin/nginx');

export const prometheusExecutable = (): string | undefined => findExecutable('prometheus', '/usr/bin/prometheus');

export const promtoolExecutable = (): string | undefined => findExecutable('promtool', '/usr/bin/promtool');

export const postgresExporterExecutable = (): string | undefined =>
  findExecutable('prometheus-postgres-exporter', '/usr/bin/prometheus-postgres-exporter');

export const nodeExporterExecutable = (): string | undefined =>
  findExecutable('prometheus-node-exporter', '/usr/bin/prometheus-node-exporter');

export const mongodExecutable = (): string | undefined => findExecutable('mongod');

export const goExecutable = (): string | undefined => findExecutable('go', '/usr/local/go/bin/go');

/** The newest of Debian's PostgreSQL servers. */
export function debianPostgresFolder(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = listFolder(root).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin')).find((folder) => isExecutable(join(folder, 'postgres')));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
