import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postmasterOf } from '../../../src/authorizations/usage/postmaster-of.ts';
import { cpuPerAuthorization, openProcessWatch } from '../../../src/authorizations/usage/process-watch.ts';
import { readProcessStats } from '../../../src/process-usage.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

test('CPU is divided by what was authorized', () => {
  const usage = { seconds: 10, cpuSeconds: { gateway: 4.5 }, restCpuSeconds: 0, rssBytes: {}, overTime: [] };
  expect(cpuPerAuthorization(usage, 100_000)).toEqual({ gateway: 45 });
});

describe.skipIf(!existsSync('/proc/self/stat'))('on a system with /proc', () => {
  let worker: ChildProcess;
  beforeAll(async () => {
    // Works for a tenth of a second whenever it is told to, and says when it has.
    const program = `
      process.stdin.on('data', () => {
        const before = process.cpuUsage();
        for (let used = 0; used < 100_000;) { const cpu = process.cpuUsage(before); used = cpu.user + cpu.system; }
        process.stdout.write('done');
      });
      process.stdout.write('ready');`;
    worker = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(worker.stdout ?? worker, 'data');
  });
  afterAll(async () => {
    worker.stdin?.end();
    worker.kill();
    await once(worker, 'exit');
  });

  test('what a process uses while it is watched is put down to its group, what it used before is not', async () => {
    const work = async (): Promise<void> => {
      worker.stdin?.write('work');
      await once(worker.stdout ?? worker, 'data');
    };
    for (let time = 0; time < 2; time++) await work();
    const watch = await openProcessWatch({
      worker: { roots: [worker.pid ?? 0], scope: 'tree' },
      bench: { roots: [process.pid], scope: 'alone' },
      gone: { roots: [2 ** 22 + 1], scope: 'tree' },
    });
    await work();
    watch.begin();
    await work();
    const usage = await watch.end();
    // The kernel counts in hundredths.
    expect(usage?.cpuSeconds['worker']).toBeGreaterThanOrEqual(0.08);
    expect(usage?.cpuSeconds['worker']).toBeLessThan(0.4);
    expect(usage?.cpuSeconds['gone']).toBe(0);
    expect(usage?.rssBytes['worker']).toBeGreaterThan(10_000_000);
    expect(usage?.rssBytes['gone']).toBe(0);
    expect(usage?.overTime.at(-1)?.second).toBe(usage?.seconds);
  });

  test.skipIf(serverUrl === undefined || !/127\.0\.0\.1|localhost/.test(serverUrl))(
    "a database's server is found by one of its backends",
    async () => {
      const postmaster = await postmasterOf(serverUrl ?? '');
      expect(readProcessStats()?.filter(({ parent }) => parent === postmaster).length).toBeGreaterThan(1);
    },
  );
});
