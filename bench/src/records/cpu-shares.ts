import { existsSync, readFileSync } from 'node:fs';
import type { FreewayProcess } from '../freeway.ts';
import { cpuSecondsOf } from '../process-usage.ts';

/** CPU seconds by what used them; empty where the system does not say. */
export type CpuShares = Readonly<Record<string, number>>;

const BENCH = 'bench';
const REST = 'rest of the machine';

/** Since each started: every process with what it has started, the bench itself, and all else: a broker is there. */
export function readCpu(processes: ReadonlyMap<string, FreewayProcess>): CpuShares {
  if (!existsSync('/proc/stat')) return {};
  const shares: Record<string, number> = {};
  for (const [name, { pid }] of processes) {
    const cpu = cpuSecondsOf(pid);
    if (cpu !== undefined) shares[name] = cpu.own + cpu.descendants;
  }
  const { user, system } = process.cpuUsage();
  shares[BENCH] = (user + system) / 1e6;
  const sum = Object.values(shares).reduce((total, seconds) => total + seconds, 0);
  return { ...shares, [REST]: busySeconds(readFileSync('/proc/stat', 'utf8')) - sum };
}

/** proc(5): user, nice, system, idle, iowait, irq, softirq of all cores together, in hundredths. */
export function busySeconds(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}

/** What was used between two looks, by those that ran at both. */
export function cpuBetween(before: CpuShares, after: CpuShares): CpuShares {
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, seconds]) =>
      before[name] === undefined ? [] : [[name, seconds - before[name]]],
    ),
  );
}
