import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface MemoryUsage {
  /** Resident: what the system gives the process, also what its files and libraries take. */
  readonly rssBytes: number;
  /** The most that it ever was; unknown where there is no /proc. */
  readonly peakBytes?: number;
}

export function memoryOf(pid: number): MemoryUsage {
  if (existsSync('/proc/self/status')) return parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { rssBytes: Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024 };
}

/** @throws Error for a process that has no memory any more */
export function parseStatus(text: string): MemoryUsage {
  const bytesOf = (name: string): number => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    if (kilobytes === undefined) throw new Error(`the process has no ${name}`);
    return Number(kilobytes) * 1024;
  };
  return { rssBytes: bytesOf('VmRSS'), peakBytes: bytesOf('VmHWM') };
}

export interface CpuSeconds {
  readonly own: number;
  /** Of every process below it: PostgreSQL, which the gateway started. */
  readonly descendants: number;
}

/** Since each process started; undefined where there is no /proc. */
export function cpuSecondsOf(pid: number): CpuSeconds | undefined {
  const all = readProcessStats();
  return all && sumCpu(all, pid);
}

/** Every process of the machine at one look; undefined where there is no /proc. */
export function readProcessStats(): readonly ProcessStat[] | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))];
      } catch {
        // It ended while we were listing.
        return [];
      }
    });
}

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
  /** Of its children that have ended. */
  readonly endedCpuSeconds: number;
}

/** The kernel's USER_HZ, 100 wherever Node runs. */
const TICKS_PER_SECOND = 100;

/** proc(5). The command name, field 2, may hold blanks and brackets: fields are counted from its last bracket. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (from: number): number => (Number(fields[from]) + Number(fields[from + 1])) / TICKS_PER_SECOND;
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[1]),
    cpuSeconds: seconds(11),
    endedCpuSeconds: seconds(13),
  };
}

export function sumCpu(all: readonly ProcessStat[], root: number): CpuSeconds {
  const own = all.find(({ pid }) => pid === root);
  let descendants = own?.endedCpuSeconds ?? 0;
  for (let parents = new Set([root]); parents.size > 0;) {
    const children = all.filter(({ parent }) => parents.has(parent));
    for (const child of children) descendants += child.cpuSeconds + child.endedCpuSeconds;
    parents = new Set(children.map(({ pid }) => pid));
  }
  return { own: own?.cpuSeconds ?? 0, descendants };
}
