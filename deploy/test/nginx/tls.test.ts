// Who may speak to the edge, and in which way.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Certificate, selfSigned, signedBy } from '../../src/nginx/certificates.ts';
import { ask, openTls, post } from '../../src/nginx/https-client.ts';
import { arrivalsOf, type Edge, JIT, openEdge, program, WEBHOOKS } from './edge.ts';

const openOlder = (port: number, session?: Buffer) =>
  openTls(port, { maxVersion: 'TLSv1.2', ...(session === undefined ? {} : { session }) });

/** Requests that reached an upstream. */
const countOf = (edge: Edge) => arrivalsOf(edge).length + edge.intake.arrivals.length;

describe.skipIf(program === '')('TLS at the edge', () => {
  let edge: Edge;
  let port: number;
  beforeAll(async () => {
    edge = await openEdge({ serverNames: 'localhost hooks.example.com' });
    port = edge.nginx.ports.edge;
  });
  afterAll(() => edge.close());

  it('is 1.3 by choice, and 1.2 where the client knows no better', async () => {
    const newest = await openTls(port);
    expect(newest.socket.getProtocol()).toBe('TLSv1.3');
    newest.socket.destroy();
    const older = await openTls(port, { maxVersion: 'TLSv1.2' });
    expect(older.socket.getProtocol()).toBe('TLSv1.2');
    older.socket.destroy();
  });

  it.each<[string, ConnectionOptions]>([
    ['1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    [
      'a cipher without forward secrecy or authentication',
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' },
    ],
  ])('refuses %s', async (_what, options) => {
    await expect(openTls(port, options)).rejects.toThrow(/alert|handshake/);
  });

  it('resumes sessions without tickets', async () => {
    const first = await openOlder(port);
    expect(first.socket.getTLSTicket()).toBe(undefined);
    const again = await openOlder(port, first.socket.getSession());
    expect(again.socket.isSessionReused()).toBe(true);
    first.socket.destroy();
    again.socket.destroy();
  });

  it('knows its names, and has nothing under others or without one', async () => {
    const bare = async (host: string, servername: string) =>
      (await ask(port, '/health', { headers: { host }, tls: { servername } })).status;
    for (const name of ['localhost', 'hooks.example.com', 'localhost:8443'])
      expect(await bare(name, 'localhost')).not.toBe(404);
    for (const name of ['example.com', '127.0.0.1']) {
      expect(await bare(name, name === '127.0.0.1' ? '' : name)).toBe(404);
      expect((await post(port, JIT, '{}', { headers: { host: name } })).status).toBe(404);
    }
    expect(arrivalsOf(edge).filter(({ url }) => url === JIT)).toEqual([]);
    const { socket, said, ended } = await openTls(port);
    socket.write(`POST ${JIT} HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}`);
    await ended;
    expect(said()).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe.skipIf(program === '')("with a CA for clients, the edge's routes of Marqeta", () => {
  let folder: string;
  let edge: Edge;
  let port: number;
  let good: Certificate;
  let foreign: Certificate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freeway-authorities-'));
    const marqeta = await selfSigned(folder, 'marqeta');
    await selfSigned(folder, 'stranger');
    good = await signedBy(folder, 'marqeta', 'platform');
    foreign = await signedBy(folder, 'stranger', 'visitor');
    edge = await openEdge({ clientCa: marqeta.cert });
    port = edge.nginx.ports.edge;
  });
  afterAll(async () => {
    await edge.close();
    await rm(folder, { recursive: true });
  });

  it.each([JIT, WEBHOOKS])('answer its client and refuse all others: %s', async (path) => {
    const before = countOf(edge);
    const without = await post(port, path, '{}');
    expect(without.status).toBe(403);
    expect(JSON.parse(without.text)).toMatchObject({
      type: 'urn:freeway:client-certificate',
      title: 'A client certificate is needed',
    });
    const stranger = await post(port, path, '{}', { tls: foreign });
    expect(stranger.status).toBe(403);
    expect(JSON.parse(stranger.text)).toMatchObject({
      type: 'urn:freeway:client-certificate',
      title: 'The client certificate is not accepted',
    });
    expect(countOf(edge)).toBe(before);
    expect((await post(port, path, '{}', { tls: good })).status).toBe(200);
    expect(countOf(edge)).toBe(before + 1);
  });

  it('leave /health to balancers without one, and the console to operators without one', async () => {
    expect((await ask(port, '/health')).status).toBe(200);
    const operator = await ask(edge.nginx.ports.operations, '/console/', { tls: foreign });
    expect(operator.status).toBe(404);
    const asked: TLSSocket = connect({
      host: '127.0.0.1',
      port: edge.nginx.ports.operations,
      rejectUnauthorized: false,
    });
    await new Promise((resolve) => asked.once('secureConnect', resolve));
    asked.destroy();
  });

  it('are not to be had through another name of the certificate', async () => {
    const reply = await post(port, JIT, '{}', { headers: { host: 'other.example.com' } });
    expect([403, 421]).toContain(reply.status);
    expect(JSON.parse(reply.text)).toMatchObject({ status: reply.status });
  });

  it('are closed to strangers once a CA is put there and nginx reloaded', async () => {
    const open = await openEdge();
    try {
      const { edge: openPort } = open.nginx.ports;
      expect((await post(openPort, JIT, '{}')).status).toBe(200);
      const ca = await readFile(join(folder, 'marqeta.crt'), 'utf8');
      await writeFile(join(open.nginx.home, 'tls/client-ca.crt'), ca);
      await open.nginx.reload();
      await vi.waitFor(async () => expect((await post(openPort, JIT, '{}')).status).toBe(403), { timeout: 20_000 });
      expect((await post(openPort, JIT, '{}', { tls: good })).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});
