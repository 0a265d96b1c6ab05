import { type ChildProcess, type ChildProcessByStdio, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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
export function startInImage(image: Image, args: readonly string[], options?: RunOptions): InImage {
  return spawnInImage(image, args, ['ignore', 'pipe', 'pipe'], options) as InImage;
}

function spawnInImage(
  image: Image,
  args: readonly string[],
  stdio: StdioOptions,
  options: RunOptions = {},
): ChildProcess {
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
    stdio,
  });
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Its output goes to files: what Node's debug output says into a pipe that is full is lost. */
export async function runInImage(image: Image, args: readonly string[], options?: RunOptions): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-output-'));
  const files = ['stdout', 'stderr'].map((name) => join(folder, name));
  const [stdout = 0, stderr = 0] = files.map((file) => openSync(file, 'w'));
  try {
    const child = spawnInImage(image, args, ['ignore', stdout, stderr], options);
    const [code] = (await once(child, 'close')) as [number | null];
    const [said = '', complained = ''] = files.map((file) => readFileSync(file, 'utf8'));
    return { code, stdout: said, stderr: complained };
  } finally {
    for (const file of [stdout, stderr]) closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
