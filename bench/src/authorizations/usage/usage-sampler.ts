import { readFileSync } from 'node:fs';
import { memoryOf, readProcessStats } from '../../process-usage.ts';
import { busySeconds } from '../../records/cpu-shares.ts';
import { type ByGroup, cpuByRoot, type ProcessGroups, usedBetween } from './process-cpu.ts';

export interface ProcessUsage {
  readonly seconds: number;
  readonly cpuSeconds: ByGroup;
  /** Of everything on the machine that is in no group: brokers that somebody else started, the kernel. */
  readonly restCpuSeconds: number;
  /** The most that was resident in the roots of each group; what PostgreSQL's backends share would be counted in each. */
  readonly rssBytes: ByGroup;
  readonly overTime: readonly UsageSample[];
}

export interface UsageSample {
  /** Since the first look. */
  readonly second: number;
  /** Cores kept busy since the sample before. */
  readonly cpuCores: ByGroup;
  readonly rssBytes: ByGroup;
}

export interface UsageSampler {
  /** Another look. */
  sample(): void;
  /** A last look, and what was seen. */
  end(): ProcessUsage;
}

/** Takes a first look at groups of processes; undefined where the system does not say what they use. */
export function createUsageSampler(groups: ProcessGroups): UsageSampler | undefined {
  const started = look(groups);
  return started && samplerFrom(groups, started);
}

function samplerFrom(groups: ProcessGroups, started: Look): UsageSampler {
  let before = started;
  const cpuSeconds: Record<string, number> = Object.fromEntries(Object.keys(groups).map((name) => [name, 0]));
  const rssBytes: Record<string, number> = { ...started.rssBytes };
  const overTime: UsageSample[] = [];

  function sample(): void {
    const now = look(groups);
    if (now === undefined) return;
    const seconds = (now.atMs - before.atMs) / 1000;
    const used = usedBetween(groups, before.cpuSeconds, now.cpuSeconds);
    for (const [name, each] of Object.entries(used)) cpuSeconds[name] = (cpuSeconds[name] ?? 0) + each;
    for (const [name, bytes] of Object.entries(now.rssBytes)) rssBytes[name] = Math.max(rssBytes[name] ?? 0, bytes);
    const cpuCores = Object.fromEntries(Object.entries(used).map(([name, each]) => [name, each / seconds]));
    overTime.push({ second: (now.atMs - started.atMs) / 1000, cpuCores, rssBytes: now.rssBytes });
    before = now;
  }

  return {
    sample,
    end() {
      sample();
      const grouped = Object.values(cpuSeconds).reduce((total, each) => total + each, 0);
      return {
        seconds: (before.atMs - started.atMs) / 1000,
        cpuSeconds,
        restCpuSeconds: Math.max(0, before.busySeconds - started.busySeconds - grouped),
        rssBytes,
        overTime,
      };
    },
  };
}

interface Look {
  readonly atMs: number;
  /** By root. */
  readonly cpuSeconds: ReadonlyMap<number, number>;
  readonly busySeconds: number;
  readonly rssBytes: ByGroup;
}

function look(groups: ProcessGroups): Look | undefined {
  const all = readProcessStats();
  if (all === undefined) return undefined;
  const running = new Set(all.map(({ pid }) => pid));
  return {
    atMs: performance.now(),
    cpuSeconds: cpuByRoot(all, groups),
    busySeconds: busySeconds(readFileSync('/proc/stat', 'utf8')),
    rssBytes: Object.fromEntries(
      Object.entries(groups).map(([name, { roots }]) => [
        name,
        roots.filter((pid) => running.has(pid)).reduce(addRss, 0),
      ]),
    ),
  };
}

function addRss(total: number, pid: number): number {
  try {
    return total + memoryOf(pid).rssBytes;
  } catch {
    // It ended since we listed.
    return total;
  }
}
