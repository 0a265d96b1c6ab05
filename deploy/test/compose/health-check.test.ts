import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@freeway/postgres/free-port';
import { afterEach, expect, test } from 'vitest';
import { EXAMPLE_ENV, freewayServices, readComposeFile } from './compose-file.ts';
import { ROOT } from './image/build-context.ts';

const SCRIPT = join(ROOT, 'deploy/health-check.mjs');
const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function check(port: number): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, String(port)], (error, _, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stderr }),
    );
  });
}

test('a process that is ready is healthy', async () => {
  const asked: (string | undefined)[] = [];
  const port = await listen((request, response) => {
    asked.push(request.url);
    response.end('{"ready":true}');
  });
  expect(await check(port)).toEqual({ code: 0, stderr: '' });
  expect(asked).toEqual(['/ready']);
});

test('one that is not says why', async () => {
  const port = await listen((_, response) => response.writeHead(503).end('{"state":"draining"}'));
  expect(await check(port)).toEqual({ code: 1, stderr: '503 {"state":"draining"}\n' });
});

test('one that is gone is not healthy', async () => {
  expect(await check(await freePort())).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
});

test.each<[string, RequestListener]>([
  ['does not answer', () => {}],
  ['does not end its answer', (_, response) => void response.writeHead(200).write('{')],
])('one that %s is not healthy', async (_, answer) => {
  expect(await check(await listen(answer))).toMatchObject({ code: 1, stderr: 'no answer within 3000 ms\n' });
});

test('the port is asked for', () => {
  for (const port of ['', '0', '65536', 'http']) {
    expect(spawnSync(process.execPath, [SCRIPT, port]).status).toBe(2);
  }
});

test('each service is asked on the port that it is given', () => {
  for (const [name, { environment = {}, healthcheck }] of freewayServices(readComposeFile(EXAMPLE_ENV))) {
    const ports = ['PORT', 'INTAKE_PORT', 'OPERATIONS_PORT'].map((each) => environment[each]).filter(Boolean);
    const expected = ['CMD', '/usr/local/bin/node', '/freeway/deploy/health-check.mjs', ...ports];
    if (healthcheck !== undefined) expect(healthcheck.test, name).toEqual(expected);
  }
});
