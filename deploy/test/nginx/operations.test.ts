// What operators and their tools reach, on listeners of their own.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, post } from '../../src/nginx/https-client.ts';
import { type Edge, JIT, openEdge, program } from './edge.ts';

const PAGE = `<!doctype html><title>Freeway</title>${'<p>long</p>'.repeat(200)}`;

describe.skipIf(program === '')("the operators' side", () => {
  let folder: string;
  let edge: Edge;
  let port: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freeway-console-'));
    const site = join(folder, 'console');
    await mkdir(join(site, 'assets'), { recursive: true });
    await writeFile(join(site, 'index.html'), PAGE);
    await Promise.all(
      [
        'a1b2.css',
        'a1b2.js',
        'a1b2.svg',
        'a1b2.json',
        'a1b2.woff2',
        'a1b2.png',
        'a1b2.txt',
        'a1b2.ico',
        'a1b2.webmanifest',
        'a1b2.bin',
      ].map((name) => writeFile(join(site, 'assets', name), 'x'.repeat(5000))),
    );
    await writeFile(join(site, 'assets/short.css'), 'x'.repeat(500));
    await chmod(folder, 0o755);
    edge = await openEdge({ console: site });
    port = edge.nginx.ports.operations;
  });
  afterAll(async () => {
    await edge.close();
    await rm(folder, { recursive: true });
  });

  it('serves the console, to be asked for again each time', async () => {
    expect(await ask(port, '/console')).toMatchObject({ status: 308, headers: { location: '/console/' } });
    const page = await ask(port, '/console/');
    expect(page).toMatchObject({ status: 200, text: PAGE });
    expect(page.headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-cache' });
    const again = await ask(port, '/console/', { headers: { 'if-none-match': String(page.headers['etag']) } });
    expect(again).toMatchObject({ status: 304, headers: { 'cache-control': 'no-cache' } });
  });

  it('lets assets be kept for a year, since their names change with their content', async () => {
    const asset = await ask(port, '/console/assets/a1b2.css');
    expect(asset.headers).toMatchObject({
      'content-type': 'text/css',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const missing = await ask(port, '/console/assets/gone.css');
    expect(missing).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(missing.text)).toMatchObject({ type: 'urn:freeway:not-found' });
  });

  it.each([
    ['a1b2.js', 'text/javascript', true],
    ['a1b2.css', 'text/css', true],
    ['a1b2.svg', 'image/svg+xml', true],
    ['a1b2.json', 'application/json', true],
    ['a1b2.webmanifest', 'application/manifest+json', true],
    ['a1b2.txt', 'text/plain', true],
    ['a1b2.woff2', 'font/woff2', false],
    ['a1b2.png', 'image/png', false],
    ['a1b2.ico', 'image/x-icon', false],
    ['a1b2.bin', 'application/octet-stream', false],
    ['short.css', 'text/css', false],
  ])('sends %s as %s, compressed: %s', async (name, type, isCompressed) => {
    const { headers, bytes } = await getBytes(port, `/console/assets/${name}`);
    expect(headers['content-type']).toBe(type);
    expect(headers['content-encoding']).toBe(isCompressed ? 'gzip' : undefined);
    if (isCompressed) {
      expect(headers['vary']).toBe('Accept-Encoding');
      expect(gunzipSync(bytes).toString()).toBe('x'.repeat(5000));
    }
  });

  it('tells browsers to load nothing from elsewhere and to show it in no frame', async () => {
    for (const path of ['/console/', '/nothing']) {
      const { headers } = await ask(port, path);
      expect(headers).toMatchObject({
        server: 'nginx',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
        'content-security-policy': expect.stringMatching(/^default-src 'self'; .*frame-ancestors 'none'$/),
      });
    }
  });

  it('has nothing else', async () => {
    for (const path of ['/', '/metrics', '/profile', '/ready', '/status', JIT])
      expect((await ask(port, path)).status).toBe(404);
    expect((await post(port, JIT, '{}')).status).toBe(404);
    expect((await ask(port, '/console/../../nginx.conf')).status).toBe(400);
  });

  it('has a listener that tells how nginx does, without TLS', async () => {
    const { status } = edge.nginx.ports;
    const get = async (path: string) => {
      const reply = await fetch(`http://127.0.0.1:${status}${path}`);
      return { status: reply.status, text: await reply.text(), type: reply.headers.get('content-type') };
    };
    expect(await get('/alive')).toEqual({ status: 200, text: '{"alive":true}', type: 'application/json' });
    expect((await get('/status')).text).toMatch(/^Active connections: \d+/);
    expect(await get('/metrics')).toMatchObject({ status: 404, type: 'application/problem+json' });
    const lines = (await edge.nginx.accessLog()).map((line) => (JSON.parse(line) as { path: string }).path);
    expect(lines).not.toContain('/alive');
  });

  it('is limited for each address, with 429, and has no console where there is none', async () => {
    const limited = await openEdge({ replace: { 'rate=20r/s': 'rate=1r/m' } });
    try {
      const statuses: number[] = [];
      for (let count = 0; count < 205; count++)
        statuses.push((await ask(limited.nginx.ports.operations, '/console/')).status);
      expect(statuses).toEqual([...Array<number>(201).fill(404), ...Array<number>(4).fill(429)]);
    } finally {
      await limited.close();
    }
  });
});

function getBytes(port: number, path: string) {
  type Got = { readonly headers: Record<string, unknown>; readonly bytes: Buffer };
  return new Promise<Got>((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip' };
    request({ host: '127.0.0.1', port, path, headers, rejectUnauthorized: false, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}
