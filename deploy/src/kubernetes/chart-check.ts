import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { constants as osConstants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE_FOLDER = fileURLToPath(new URL('../../kubernetes/chart-check', import.meta.url));
const BUILD_FOLDER = fileURLToPath(new URL('../../../.freeway/chart-check', import.meta.url));
export const CHART_FOLDER = fileURLToPath(new URL('../../kubernetes/freeway', import.meta.url));

/** Helm's engine and the API server's rules, as one program of ours. */
export interface ChartCheck {
  /** The manifests of a chart with these values. */
  render(chart: string, ...valueFiles: readonly string[]): Promise<string>;
  /** A line for each fault of the manifests. */
  validate(manifests: string): Promise<readonly string[]>;
}

/** Go on PATH, or where its installer puts it. */
export function findGo(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin'];
  return folders.map((folder) => join(folder, 'go')).find(isExecutable);
}

/**
 * Builds the program on first use, and whenever its source or a pinned version changes: a few minutes.
 * @throws Error with what the compiler says
 */
export async function openChartCheck(go: string): Promise<ChartCheck> {
  const executable = await build(go);
  return {
    render: (chart, ...valueFiles) => run(executable, ['render', chart, ...valueFiles]),
    async validate(manifests) {
      const text = await run(executable, ['validate'], { input: manifests });
      return text.split('\n').filter(Boolean);
    },
  };
}

async function build(go: string): Promise<string> {
  const source = readdirSync(SOURCE_FOLDER)
    .toSorted()
    .map((name) => readFileSync(join(SOURCE_FOLDER, name)));
  const hash = createHash('sha256').update(Buffer.concat(source)).digest('hex').slice(0, 16);
  const executable = join(BUILD_FOLDER, `chart-check-${hash}`);
  if (existsSync(executable)) return executable;
  mkdirSync(BUILD_FOLDER, { recursive: true });
  const unfinished = `${executable}.${process.pid}`;
  // -mod=readonly refuses anything go.sum does not pin.
  const args = ['build', '-trimpath', '-mod=readonly', '-ldflags=-s -w', '-o', unfinished, '.'];
  try {
    await run(go, args, { cwd: SOURCE_FOLDER, env: { CGO_ENABLED: '0', GOFLAGS: '' }, isPatient: true });
    renameSync(unfinished, executable);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return executable;
}

interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whoever else runs here goes first. */
  readonly isPatient?: boolean;
}

async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { input = '', cwd, env = {}, isPatient = false } = options;
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  if (isPatient) yieldToOthers(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(stderr.trim() || `${command} ended with ${code}`);
  return stdout;
}

function yieldToOthers({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, osConstants.priority.PRIORITY_LOW);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
