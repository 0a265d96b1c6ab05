import { describe, expect, test } from 'vitest';
import { parseStat, parseStatus, sumCpu } from '../src/process-usage.ts';

const process = (pid: number, parent: number, cpuSeconds: number, endedCpuSeconds = 0) => ({
  pid,
  parent,
  cpuSeconds,
  endedCpuSeconds,
});

describe('what /proc says', () => {
  test('status: resident memory now, and the most it ever was', () => {
    const text = 'Name:\tnode\nVmPeak:\t 1048576 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nThreads:\t11\n';
    expect(parseStatus(text)).toEqual({ rssBytes: 104_857_600, peakBytes: 209_715_200 });
  });

  test('status of a process that is ending has no memory, which is not zero memory', () => {
    expect(() => parseStatus('Name:\tnode\nState:\tZ (zombie)\n')).toThrow('no VmRSS');
  });

  test('stat: fields are found whatever the command is called', () => {
    const text = '42 (a) b (c) R 7 42 42 0 -1 4194304 1 2 3 4 250 50 100 25 20 0 11 0 99 1 2 3\n';
    expect(parseStat(text)).toEqual({ pid: 42, parent: 7, cpuSeconds: 3, endedCpuSeconds: 1.25 });
  });

  test('CPU time is summed over all generations below the process, and apart from its own', () => {
    const all = [process(1, 0, 100), process(10, 1, 5), process(20, 10, 1, 0.5), process(30, 20, 2), process(40, 1, 9)];
    expect(sumCpu(all, 10)).toEqual({ own: 5, descendants: 3.5 });
    expect(sumCpu(all, 99)).toEqual({ own: 0, descendants: 0 });
  });
});
