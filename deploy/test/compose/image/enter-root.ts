import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
}

export interface Entry {
  readonly root: string;
  readonly mounts: readonly Mount[];
  /** Empty folders in memory, writable for everybody. */
  readonly tmpfs?: readonly string[];
  readonly readOnlyRoot?: boolean;
  readonly user: string;
  readonly workdir: string;
  readonly command: readonly string[];
}

/** Whether this machine lets us mount and change roots; containers and other users often may not. */
export const mayEnterRoots = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '--bind', '/usr', '/usr']).status === 0;

/**
 * The command line that runs `command` with another folder as the root of its file system, as a container would. The
 * mounts live in a namespace of its own and are gone when it ends; its processes are ordinary children of ours.
 */
export function enterRoot({ root, mounts, tmpfs = [], readOnlyRoot = false, ...how }: Entry): [string, string[]] {
  const lines = [`mount --bind "${root}" "${root}"`];
  for (const { from, to, readOnly } of mounts) {
    const target = join(root, to);
    if (statSync(from).isDirectory()) mkdirSync(target, { recursive: true });
    else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, '', { flag: 'a' });
    }
    lines.push(`mount --rbind "${from}" "${target}"`);
    if (readOnly) lines.push(`mount -o remount,bind,ro "${target}"`);
  }
  if (readOnlyRoot) lines.push(`mount -o remount,bind,ro "${root}"`);
  for (const folder of tmpfs) {
    lines.push(`mount -t tmpfs -o mode=1777,noexec,nosuid tmpfs "${join(root, folder)}"`);
  }
  lines.push(`exec chroot --userspec=${how.user} "${root}" "$@"`);
  // chroot begins at the top. An image without a shell stays there: nothing in it may depend on a working folder.
  const inFolder = how.command[0] === '/bin/sh' ? ['/bin/sh', '-c', `cd ${how.workdir} && exec "$@"`, 'sh'] : [];
  const script = ['set -e', ...lines].join('\n');
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...inFolder, ...how.command];
  return ['unshare', args];
}
