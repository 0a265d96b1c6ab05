import type { ProcessStat } from '../../process-usage.ts';

/** Processes that are counted together. */
export interface ProcessGroup {
  readonly roots: readonly number[];
  /**
   * `tree`: with all that the roots have started and that is no root of another group, also what has ended: PostgreSQL with
   * its backends. `alone`: the roots only, such as the bench, below which everything runs.
   */
  readonly scope: 'tree' | 'alone';
}

export type ProcessGroups = Readonly<Record<string, ProcessGroup>>;

/** By the name of the group. */
export type ByGroup = Readonly<Record<string, number>>;

/** CPU seconds since each process started, by root. What does not run is left out. */
export function cpuByRoot(all: readonly ProcessStat[], groups: ProcessGroups): ReadonlyMap<number, number> {
  const scopes = new Map(
    Object.values(groups).flatMap(({ roots, scope }) => roots.map((pid) => [pid, scope] as const)),
  );
  const byPid = new Map(all.map((process) => [process.pid, process]));
  const seconds = new Map<number, number>();
  for (const process of all) {
    const root = nearestOf(process, byPid, (pid) => scopes.has(pid));
    if (root === undefined) continue;
    const isTree = scopes.get(root) === 'tree';
    if (!isTree && process.pid !== root) continue;
    // What children used goes to their parent when they have ended.
    const own = process.cpuSeconds + (isTree ? process.endedCpuSeconds : 0);
    seconds.set(root, (seconds.get(root) ?? 0) + own);
  }
  return seconds;
}

function nearestOf(
  process: ProcessStat,
  byPid: ReadonlyMap<number, ProcessStat>,
  isRoot: (pid: number) => boolean,
): number | undefined {
  for (let at: ProcessStat | undefined = process; at !== undefined; at = byPid.get(at.parent))
    if (isRoot(at.pid)) return at.pid;
  return undefined;
}

/** CPU seconds of each group between two looks. What ended in between is not seen; what began counts from nothing. */
export function usedBetween(
  groups: ProcessGroups,
  before: ReadonlyMap<number, number>,
  now: ReadonlyMap<number, number>,
): ByGroup {
  const usedBy = (root: number): number => Math.max(0, (now.get(root) ?? 0) - (before.get(root) ?? 0));
  return Object.fromEntries(
    Object.entries(groups).map(([name, { roots }]) => [name, roots.reduce((sum, root) => sum + usedBy(root), 0)]),
  );
}
