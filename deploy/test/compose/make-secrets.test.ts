import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { ROOT } from './image/build-context.ts';

const SCRIPT = join(ROOT, 'deploy/make-secrets.mjs');
const folder = mkdtempSync(join(tmpdir(), 'freeway-secrets-'));
const make = (...args: string[]) => spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('passwords are long, random and each its own', () => {
  expect(make(folder).status).toBe(0);
  const passwords = ['postgres_password', 'gateway_database_password', 'jit_basic_auth_password'].map(read);
  expect(new Set(passwords).size).toBe(3);
  for (const password of passwords) expect(password).toMatch(/^[0-9a-f]{48}$/);
  expect(statSync(join(folder, 'postgres_password')).mode & 0o777).toBe(0o444);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a second run changes nothing, and says so', () => {
  make(folder);
  const before = ['gateway_database_url', 'rabbitmq_definitions.json', 'tls/server.key'].map(read);
  const again = make(folder);
  expect(again.status).toBe(0);
  expect(again.stdout).toMatch(/^nothing to do/);
  expect(['gateway_database_url', 'rabbitmq_definitions.json', 'tls/server.key'].map(read)).toEqual(before);
});

test('what an operator wrote is kept, and what is missing is made of it', () => {
  make(folder);
  unlinkSync(join(folder, 'gateway_database_url'));
  chmodSync(join(folder, 'gateway_database_password'), 0o644);
  writeFileSync(join(folder, 'gateway_database_password'), 'of-our-own-20-characters');
  writeFileSync(join(folder, 'core_api_admin_token'), 'token');
  expect(make(folder).stdout).toMatch(/made .*gateway_database_url\n$/);
  expect(read('gateway_database_url')).toBe('postgres://gateway:of-our-own-20-characters@postgres:5432/freeway');
  expect(read('core_api_admin_token')).toBe('token');
});

test('an address that carries another password than the one beside it is named', () => {
  make(folder);
  chmodSync(join(folder, 'gateway_database_password'), 0o644);
  writeFileSync(join(folder, 'gateway_database_password'), 'of-our-own-20-characters');
  const again = make(folder);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain('database_url does not carry the password that is beside it');
});

test('a key without its certificate is not overwritten', () => {
  make(folder);
  unlinkSync(join(folder, 'tls/server.crt'));
  const again = make(folder);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain('without its other half');
});

test('explains itself, and refuses what it does not know', () => {
  expect(make('--help').stdout).toMatch(/^usage: /);
  expect(make('--force').status).toBe(2);
  expect(make(folder, 'more').status).toBe(2);
});

test('runs on the oldest Node there may be, without a package', () => {
  const imports = readFileSync(SCRIPT, 'utf8').matchAll(/from '([^']+)'/g);
  for (const [, name] of imports) expect(name).toMatch(/^(node:|\.\/)/);
});

test('the certificate serves TLS for localhost, and a client that trusts it connects', async () => {
  make(folder);
  const [cert, key] = [read('tls/server.crt'), read('tls/server.key')];
  const certificate = new X509Certificate(cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  const server = createServer({ cert, key }, (socket) => socket.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: cert });
  const [data] = (await once(socket, 'data')) as [Buffer];
  expect(data.toString()).toBe('hello');
  expect(socket.authorized).toBe(true);
  server.close();
});

test.skipIf(spawnSync('openssl', ['version']).status !== 0)('openssl finds no fault with it', () => {
  make(folder);
  const file = join(folder, 'tls/server.crt');
  expect(execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file, file], { encoding: 'utf8' })).toContain(
    'OK',
  );
});
