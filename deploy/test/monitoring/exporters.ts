import { fileURLToPath } from 'node:url';
import { freePort } from '@freeway/postgres/free-port';
import { type Child, startChild, untilAnswered } from './child.ts';
import { NODE_EXPORTER, POSTGRES_EXPORTER } from './servers.ts';

const QUERIES = fileURLToPath(new URL('postgres-queries.yml', import.meta.url));

export interface Exporters {
  readonly children: readonly Child[];
  readonly postgres: string;
  readonly node: string;
}

/** The exporters of the machine and of PostgreSQL, as Debian has them. */
export async function startExporters(folder: string, databaseUrl: string): Promise<Exporters> {
  const postgres = `127.0.0.1:${await freePort()}`;
  const node = `127.0.0.1:${await freePort()}`;
  const url = new URL(databaseUrl);
  url.searchParams.set('sslmode', 'disable');
  const { PATH } = process.env;
  const ofPostgres = startChild(
    'postgres exporter',
    POSTGRES_EXPORTER,
    [`--web.listen-address=${postgres}`, `--extend.query-path=${QUERIES}`],
    {
      env: { PATH, DATA_SOURCE_NAME: url.href },
      cwd: folder,
    },
  );
  // A container's root is an overlay, which is left out by default; nothing else may be there.
  const fileSystems = '--collector.filesystem.fs-types-exclude=^(proc|sysfs|cgroup2?|devpts|mqueue|nsfs)$';
  const ofNode = startChild('node exporter', NODE_EXPORTER, [`--web.listen-address=${node}`, fileSystems], {
    env: { PATH },
    cwd: folder,
  });
  await untilAnswered(ofPostgres, `http://${postgres}/metrics`);
  await untilAnswered(ofNode, `http://${node}/metrics`);
  return { children: [ofPostgres, ofNode], postgres, node };
}
