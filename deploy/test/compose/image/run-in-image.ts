import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Image } from './build-image.ts';
import { enterRoot, type Mount } from './enter-root.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
  /** In place of the image's entrypoint. */
  readonly entrypoint?: readonly string[];
}

/** What a container runtime lays over an image: names of hosts, devices and processes. */
const RUNTIME_MOUNTS: readonly Mount[] = [
  ...['/etc/hosts', '/etc/resolv.conf'].filter((path) => existsSync(path)),
  '/proc',
  '/dev',
].map((path) => ({ from: path, to: path, readOnly: path.startsWith('/etc/') }));

export type InImage = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a process of the image as compose does: its user, a root that nobody can write, /tmp in memory. */
export function startInImage(image: Image, args: readonly string[], options: RunOptions = {}): InImage {
  mkdirSync(join(image.root, 'tmp'), { recursive: true });
  const [file, words] = enterRoot({
    root: image.root,
    mounts: [...RUNTIME_MOUNTS, ...(options.mounts ?? [])],
    tmpfs: ['/tmp'],
    readOnlyRoot: true,
    user: image.user,
    workdir: image.workdir,
    command: [...(options.entrypoint ?? image.entrypoint), ...args],
  });
  return spawn(file, words, {
    // The PATH that finds unshare, mount and chroot is ours; what they start is named in full.
    env: { ...image.env, PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runInImage(image: Image, args: readonly string[], options?: RunOptions): Promise<Finished> {
  const child = startInImage(image, args, options);
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
