import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canEnter, type ServerAccount } from './server-account.ts';
import { makeRootStateFolder, ROOT_STATE_FOLDER, type ServerBinaries } from './server-binaries.ts';

export const SUPERUSER = 'freeway';

/** The files of one PostgreSQL server and the password of its superuser. */
export type Cluster = { readonly folder: string; readonly password: string };

type ClusterPlace = {
  readonly dataFolder: string;
  readonly binaries: ServerBinaries;
  readonly account: ServerAccount | undefined;
  readonly log: (line: string) => void;
};

/** Where `dataFolder` keeps its cluster: a folder, or a link to one when the server's user cannot enter there. */
export const clusterPathIn = (dataFolder: string): string => join(dataFolder, 'cluster');

/** Opens the cluster of `dataFolder`, creating it when there is none. */
export async function openCluster(place: ClusterPlace): Promise<Cluster> {
  const path = clusterPathIn(place.dataFolder);
  const passwordFile = join(place.dataFolder, 'password');
  if (!existsSync(path)) await createCluster(place, path, passwordFile);
  const folder = realpathSync(path);
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (version !== place.binaries.majorVersion) {
    throw new Error(
      `${place.dataFolder} was made by PostgreSQL ${version} and this is ${place.binaries.majorVersion}: ` +
        'dump it with the old one, or delete the folder to start empty',
    );
  }
  return { folder, password: readFileSync(passwordFile, 'utf8').trim() };
}

async function createCluster(place: ClusterPlace, path: string, passwordFile: string): Promise<void> {
  place.log(`creating a PostgreSQL ${place.binaries.majorVersion} database cluster in ${place.dataFolder}`);
  const target = canEnter(place.account, place.dataFolder) ? path : relocated(place.dataFolder);
  const unfinished = `${target}.unfinished`;
  // A password although only this machine can connect: on a shared machine, loopback is everybody's, and a
  // database superuser may run programs as the server's user.
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(place.account, unfinished);
  await initialise(place, unfinished, password);
  renameSync(unfinished, target);
  if (target !== path) {
    rmSync(path, { force: true });
    symlinkSync(target, path);
  }
}

/** One folder per checkout, for a checkout that the server's user cannot enter. Only root gets here. */
function relocated(dataFolder: string): string {
  makeRootStateFolder();
  const name = createHash('sha256').update(realpathSync(dataFolder)).digest('hex').slice(0, 16);
  return join(ROOT_STATE_FOLDER, `cluster-${name}`);
}

async function initialise(place: ClusterPlace, folder: string, password: string): Promise<void> {
  const passwordCopy = `${folder}.password`;
  writeFileSync(passwordCopy, password, { mode: 0o600 });
  giveTo(place.account, passwordCopy);
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  try {
    await promisify(execFile)(
      join(place.binaries.folder, 'initdb'),
      ['-D', folder, '-U', SUPERUSER, `--pwfile=${passwordCopy}`, ...options],
      { ...place.account, cwd: '/', env: serverEnvironment() },
    );
  } finally {
    rmSync(passwordCopy, { force: true });
  }
}

function giveTo(account: ServerAccount | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}

/** Nothing of ours: a PGDATA or PGPORT in the caller's environment would reach the server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}
