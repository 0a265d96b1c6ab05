import { expect, test } from 'vitest';
import { cpuByRoot, usedBetween } from '../../../src/authorizations/usage/process-cpu.ts';

const process = (pid: number, parent: number, cpuSeconds: number, endedCpuSeconds = 0) => ({
  pid,
  parent,
  cpuSeconds,
  endedCpuSeconds,
});
const tree = (...roots: readonly number[]) => ({ roots, scope: 'tree' }) as const;
const alone = (...roots: readonly number[]) => ({ roots, scope: 'alone' }) as const;

// bench (10) runs the gateway (20), which runs the postmaster (30) with backends (31, 32), and a command (40).
const all = [
  process(1, 0, 1000),
  process(10, 1, 1, 500),
  process(20, 10, 2),
  process(30, 20, 4, 8),
  process(31, 30, 16),
  process(32, 30, 32, 64),
  process(40, 10, 128),
];

test('a tree is counted with its children, also those that ended, and without what another group counts', () => {
  const groups = { gateway: tree(20), PostgreSQL: tree(30), bench: alone(10) };
  expect(Object.fromEntries(cpuByRoot(all, groups))).toEqual({ 20: 2, 30: 124, 10: 1 });
});

test('without a group of its own, what a process has started is its own', () => {
  expect(Object.fromEntries(cpuByRoot(all, { gateway: tree(20), gone: tree(99) }))).toEqual({ 20: 126 });
});

test('a backend that ends between two looks is counted once, by its parent', () => {
  const groups = { PostgreSQL: tree(30) };
  const before = cpuByRoot(all, groups);
  // Backend 31 used 3 more and ended.
  const later = [process(1, 0, 1000), process(30, 1, 4, 8 + 16 + 3), process(32, 30, 32, 64)];
  expect(usedBetween(groups, before, cpuByRoot(later, groups))).toEqual({ PostgreSQL: 3 });
});

test('of several processes in one group, one that ended takes nothing from the others', () => {
  const groups = { gateways: tree(20, 21, 22), none: tree(99) };
  const before = new Map([
    [20, 100],
    [21, 50],
  ]);
  const now = new Map([
    [21, 51.5],
    [22, 2],
  ]);
  expect(usedBetween(groups, before, now)).toEqual({ gateways: 3.5, none: 0 });
});
