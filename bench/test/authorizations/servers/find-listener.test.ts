import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { descendantsOf, findListener, socketOf } from '../../../src/authorizations/servers/find-listener.ts';

const stat = (pid: number, parent: number) => ({ pid, parent, cpuSeconds: 0, endedCpuSeconds: 0 });

test('names children and their children, and nobody else', () => {
  const all = [stat(1, 0), stat(10, 1), stat(11, 10), stat(12, 11), stat(13, 10), stat(20, 1), stat(21, 20)];
  expect([...descendantsOf(all, 10)].toSorted((a, b) => a - b)).toEqual([11, 12, 13]);
  expect(descendantsOf(all, 21)).toEqual([]);
});

test('finds the socket that listens, not one that is connected to the port', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:18EB 0100007F:D0A2 01 00000000:00000000 02:000009D1 00000000     0        0 1111 2 0000000000000000 20 4 30 10 -1
   1: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2222 1 0000000000000000 100 0 0 10 0
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3333 1 0000000000000000 100 0 0 10 0
`;
  expect(socketOf(table, 6379)).toBe('2222');
  expect(socketOf(table, 53_410)).toBeUndefined();
});

describe.skipIf(!existsSync('/proc/net/tcp'))('on this machine', () => {
  const LISTENS = `require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;

  test('finds a server among the processes that were started, and only there', async () => {
    const child = spawn(process.execPath, ['-e', LISTENS], { stdio: ['ignore', 'pipe', 'ignore'] });
    const own = createServer().listen(0, '127.0.0.1');
    try {
      const [port] = (await once(child.stdout, 'data')) as [Buffer];
      expect(findListener(process.pid, Number(port))).toBe(child.pid);
      expect(findListener(child.pid ?? 0, Number(port))).toBeUndefined();
      if (!own.listening) await once(own, 'listening');
      const { port: ownPort } = own.address() as { port: number };
      expect(findListener(process.pid, ownPort)).toBeUndefined();
    } finally {
      child.kill('SIGKILL');
      own.close();
    }
  });
});
