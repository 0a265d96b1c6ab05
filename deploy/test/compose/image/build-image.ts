import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildContext, ROOT } from './build-context.ts';
import { assignment, type Instruction, readDockerfile, type Stage } from './dockerfile.ts';
import { enterRoot, type Mount } from './enter-root.ts';

export interface Image {
  /** The file system of the last stage. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly labels: string;
  readonly stopSignal: string;
}

interface Built {
  readonly root: string;
  readonly mounts: readonly Mount[];
  env: Record<string, string>;
  user: string;
  workdir: string;
  readonly words: Map<string, string>;
}

/**
 * Does what the Dockerfile says without a docker engine: each stage is a folder, each RUN a chroot into it. What cannot
 * be had is the image that the first stage begins with: this machine's Debian stands for it, with Node 24 put in.
 */
export async function buildImage(folder: string): Promise<Image> {
  const built = new Map<string, Built>();
  let last: Built | undefined;
  for (const stage of readDockerfile()) {
    last = await buildStage(join(folder, stage.name ?? 'image'), stage, built);
    if (stage.name !== undefined) built.set(stage.name, last);
  }
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  const list = (keyword: string) => JSON.parse(last.words.get(keyword) ?? '[]') as string[];
  return {
    root: last.root,
    env: last.env,
    user: last.user,
    workdir: last.workdir,
    entrypoint: list('ENTRYPOINT'),
    command: list('CMD'),
    labels: last.words.get('LABEL') ?? '',
    stopSignal: last.words.get('STOPSIGNAL') ?? '',
  };
}

async function buildStage(root: string, stage: Stage, earlier: ReadonlyMap<string, Built>): Promise<Built> {
  mkdirSync(root, { recursive: true });
  const mounts = stage.from === 'scratch' ? [] : await debianWithNode(root);
  const env: Record<string, string> =
    stage.from === 'scratch' ? {} : { PATH: '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' };
  const state: Built = { root, mounts, env, user: '0:0', workdir: '/', words: new Map() };
  for (const instruction of stage.instructions) await follow(instruction, state, earlier);
  return state;
}

async function follow(instruction: Instruction, state: Built, earlier: ReadonlyMap<string, Built>): Promise<void> {
  const { keyword, text, flags } = instruction;
  switch (keyword) {
    case 'WORKDIR':
      state.workdir = text;
      mkdirSync(join(state.root, text), { recursive: true });
      return;
    case 'USER':
      state.user = text;
      return;
    case 'ENV':
      for (const each of text.split(/ +/)) {
        const [name, value] = assignment(each);
        state.env[name] = value;
      }
      return;
    case 'COPY':
      return copy(text.split(/ +/), flags['from'], state, earlier);
    case 'RUN':
      return run(text, state);
    case 'ARG':
    case 'LABEL':
    case 'EXPOSE':
    case 'STOPSIGNAL':
    case 'ENTRYPOINT':
    case 'CMD':
      state.words.set(keyword, text);
      return;
    default:
      throw new Error(`this test does not know what ${keyword} does`);
  }
}

function copy(words: string[], from: string | undefined, state: Built, earlier: ReadonlyMap<string, Built>): void {
  const target = words.at(-1) ?? '';
  const into = join(state.root, target.startsWith('/') ? target : join(state.workdir, target));
  for (const source of words.slice(0, -1)) {
    if (from === undefined) copyFromContext(source, into, target);
    else copyFromStage(join(earlier.get(from)?.root ?? '', source), into);
  }
}

/** Modes and links as they are, owner root, as the builder does. */
function copyFromStage(folder: string, into: string): void {
  mkdirSync(into, { recursive: true });
  execFileSync('cp', ['--archive', '--no-preserve=ownership', `${folder}/.`, into]);
}

function copyFromContext(source: string, into: string, target: string): void {
  const isFolder = statSync(join(ROOT, source)).isDirectory();
  const files = buildContext().filter((file) => file === source || file.startsWith(`${source}/`));
  if (files.length === 0) throw new Error(`.dockerignore leaves nothing of ${source}`);
  for (const file of files) {
    const name = isFolder ? file.slice(source.length + 1) : basename(file);
    const path = isFolder || target.endsWith('/') ? join(into, name) : into;
    mkdirSync(dirname(path), { recursive: true });
    cpSync(join(ROOT, file), path, { verbatimSymlinks: true });
  }
}

async function run(command: string, state: Built): Promise<void> {
  const { root, mounts, user, workdir } = state;
  const env = { ...state.env, HOME: '/root', npm_config_registry: await registry() };
  const [file, args] = enterRoot({ root, mounts, user, workdir, command: ['/bin/sh', '-c', command] });
  try {
    await promisify(execFile)(file, args, { env, maxBuffer: 1e8 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`RUN ${command}\nfailed:\n${stdout}${stderr}`, { cause: error });
  }
}

let registryUrl: Promise<string> | undefined;

/** npm's configuration may be where a root of its own does not see it. */
function registry(): Promise<string> {
  registryUrl ??= promisify(execFile)('npm', ['config', 'get', 'registry']).then(({ stdout }) => stdout.trim());
  return registryUrl;
}

/** Debian's files as this machine has them, read-only, and the Node that runs this test where the image has its own. */
async function debianWithNode(root: string): Promise<readonly Mount[]> {
  const tools = `${root}.bin`;
  mkdirSync(tools, { recursive: true });
  const npm = dirname((await promisify(execFile)('readlink', ['-f', await which('npx')])).stdout.trim());
  for (const name of ['npm', 'npx']) {
    writeFileSync(join(tools, name), `#!/bin/sh\nexec node ${npm}/${name}-cli.js "$@"\n`, { mode: 0o755 });
  }
  cpSync(process.execPath, join(tools, 'node'), { dereference: true });
  for (const link of ['bin', 'lib', 'lib64', 'sbin']) {
    if (existsSync(`/usr/${link}`)) symlinkSync(`usr/${link}`, join(root, link));
  }
  mkdirSync(join(root, 'tmp'), { mode: 0o777 });
  return [
    { from: '/usr', to: '/usr', readOnly: true },
    { from: tools, to: '/usr/local/bin', readOnly: true },
    { from: '/etc', to: '/etc', readOnly: true },
    { from: '/var/lib/dpkg', to: '/var/lib/dpkg', readOnly: true },
    { from: process.env['HOME'] ?? '/root', to: '/root', readOnly: false },
    { from: '/proc', to: '/proc', readOnly: false },
    { from: '/dev', to: '/dev', readOnly: false },
  ];
}

const which = async (name: string): Promise<string> =>
  (await promisify(execFile)('/bin/sh', ['-c', `command -v ${name}`])).stdout.trim();
