import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Drill, DrillOptions, DrillResult, Promised } from '../drill.ts';
import { runFreeway, startGateways } from '../ground/freeway.ts';
import type { Ground } from '../ground/open-ground.ts';
import { findAcknowledged, findForgotten, repeatAcknowledged } from '../load/compare-acknowledged.ts';
import { figure, judgeComparison } from '../load/judge-load.ts';
import { type Load, seedProgrammes, startLoad, untilPart } from '../load/play-load.ts';
import { postgresProgram, programOf } from '../programs.ts';
import { judgeLedger } from '../verify-ledger.ts';
import { createSingleServer, type SingleServer } from './single-server.ts';

const SCRIPTS = fileURLToPath(new URL('../../../../deploy/backup/', import.meta.url));
const ARCHIVE_TIMEOUT_MS = 120_000;

const PROGRAMS = ['postgres', 'initdb', 'pg_basebackup', 'pg_verifybackup', 'pg_archivecleanup'].map(postgresProgram);

export const restoreDrill: Drill = {
  about: 'base backup and archived log (deploy/backup): the data folder is destroyed and restored to a moment',
  needs: PROGRAMS,
  defaults: { forMs: 45_000, ratePerSecond: 40 },
  run: drillRestore,
};

async function drillRestore(ground: Ground, { forMs, ratePerSecond }: DrillOptions): Promise<DrillResult> {
  const backups = ground.makeFolder('backups');
  const wal = join(backups, 'wal');
  ground.say('starting a PostgreSQL that archives its log');
  const server = await createSingleServer(ground, `${SCRIPTS}archive-wal.sh "%p" "%f" ${wal}`);
  await server.start();
  await createDatabase(server);
  const env = { DATABASE_URL: server.url };
  await runFreeway(ground, ['migrate'], env);
  await seedProgrammes(ground, 1, env);
  const gateways = await startGateways(ground, 1, env);

  ground.say(`${ratePerSecond} requests a second for ${forMs / 1000} s, during which a base backup is taken`);
  const load = startLoad(ground, { gateways, ratePerSecond, forMs, runId: ground.folder });
  const backup = await timed(() => script(ground, server, 'base-backup.sh', [backups]));
  const base = backup.value.trim().split('\n').at(-1) ?? '';
  await untilPart(ground, load, forMs, 2 / 3);
  const moment = await momentOf(server);
  ground.say(`the moment is ${moment.text}; the load goes on`);
  await load.finished();
  await untilArchived(ground, server);
  const archivedBytes = sizeOf(wal);

  ground.say('killing the server and destroying its data folder');
  await server.kill();
  rmSync(server.dataFolder, { recursive: true });
  const restore = await timed(() => script(ground, server, 'restore.sh', [base, wal, server.dataFolder, moment.text]));
  const replay = await timed(() => server.start());
  ground.say(`restored in ${seconds(restore.tookMs + replay.tookMs)} s; comparing`);
  return {
    promises: await judge(ground, server, { load, momentMs: moment.epochMs, env }),
    figures: [
      figure('base_backup_s', 'base backup, checked, under load, s', backup.tookMs / 1000),
      figure('base_backup_mb', 'its size, MB', sizeOf(base) / 1e6),
      figure('archived_mb', 'archived log, MB', archivedBytes / 1e6),
      figure('restore_s', 'files restored, s', restore.tookMs / 1000),
      figure('replay_s', 'log replayed and open for writes, s', replay.tookMs / 1000),
      figure('acknowledged', 'acknowledged authorizations', load.acknowledged.length),
    ],
  };
}

interface Restored {
  readonly load: Load;
  readonly momentMs: number;
  readonly env: Readonly<Record<string, string>>;
}

async function judge(ground: Ground, server: SingleServer, { load, momentMs, env }: Restored): Promise<Promised[]> {
  // One that was under way at that moment may be on either side.
  const before = load.acknowledged.filter(({ atMs }) => performance.timeOrigin + atMs < momentMs);
  const after = load.acknowledged.filter(({ madeAtEpochMs }) => madeAtEpochMs > momentMs);
  const postgres = server.connect('freeway');
  try {
    const migrated = await runFreeway(ground, ['migrate'], env);
    const found = judgeComparison(
      'every authorization of before the moment is there',
      await findAcknowledged(postgres, before),
    );
    const forgotten = judgeComparison('none of after it is', await findForgotten(postgres, after));
    // The gateway lives through all of it: it connects anew by itself.
    const repeated = await repeatAcknowledged(before);
    return [
      found,
      forgotten,
      judgeComparison('a repeat gets the very answer that was given', repeated),
      await judgeLedger(ground, env),
      {
        promise: 'the restored schema is that of this version',
        kept: migrated.includes('the database is at') && !migrated.includes('applied'),
        seen: migrated.trim().split('\n').at(-1) ?? '',
      },
    ];
  } finally {
    await postgres.close();
  }
}

async function createDatabase(server: SingleServer): Promise<void> {
  const postgres = server.connect('postgres');
  await postgres.sql.unsafe('create database freeway').finally(() => postgres.close());
}

function script(ground: Ground, server: SingleServer, name: string, args: readonly string[]): Promise<string> {
  const folders = [dirname(programOf(PROGRAMS[0] ?? postgresProgram('postgres'))), process.env['PATH'] ?? ''];
  return ground.run({
    name,
    command: `${SCRIPTS}${name}`,
    args,
    env: { ...server.env, PATH: folders.join(':') },
    unprivileged: true,
  });
}

/** By the server's clock, which is what it is restored to. */
async function momentOf(server: SingleServer): Promise<{ readonly text: string; readonly epochMs: number }> {
  const postgres = server.connect('freeway');
  try {
    const [row] = await postgres.sql`
      with moment as (select clock_timestamp() as at)
        select to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' as text,
               (extract(epoch from at) * 1000)::float8 as epoch_ms from moment`;
    return { text: row?.['text'] as string, epochMs: Number(row?.['epoch_ms']) };
  } finally {
    await postgres.close();
  }
}

/** What is not archived when a machine is lost, is lost: `archive_timeout` bounds it. */
async function untilArchived(ground: Ground, server: SingleServer): Promise<void> {
  const postgres = server.connect('freeway');
  try {
    const [row] = await postgres.sql`select pg_walfile_name(pg_switch_wal()) as last`;
    await ground.until('the log is archived', ARCHIVE_TIMEOUT_MS, async () => {
      const [archiver] =
        await postgres.sql`select last_archived_wal >= ${row?.['last'] as string} as done from pg_stat_archiver`;
      return archiver?.['done'] === true;
    });
  } finally {
    await postgres.close();
  }
}

function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly value: T; readonly tookMs: number }> {
  const startedMs = performance.now();
  const value = await run();
  return { value, tookMs: performance.now() - startedMs };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
