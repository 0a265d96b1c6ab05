// npm run services -- node scripts/release/record-statements.ts: plays Marqeta against this release and writes down every
// statement that its processes send to PostgreSQL. The next release is tested to understand them (docs/upgrade.md).
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectPostgres } from '../../packages/postgres/src/connect.ts';
import { runCommand } from '../run-command.ts';
import { createStatementReader, type SentStatement } from './sent-statements.ts';

const FIXTURE = fileURLToPath(new URL('../../packages/postgres/test/released/statements.json', import.meta.url));
const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** Those of pg-boss are its own, on a schema of its own. */
const OURS = /^freeway-(?!cli$)/;
const PLANNED = /^\s*(?:select|insert|update|delete|with|merge)\b/i;

const serverUrl = process.env['TEST_DATABASE_URL'];
if (serverUrl === undefined) {
  console.error('usage: npm run services -- node scripts/release/record-statements.ts');
  process.exit(2);
}
const sent = new Map<string, SentStatement>();
const target = new URL(serverUrl);
const proxy = createServer((client) => {
  const server = connect(Number(target.port), target.hostname);
  const read = createStatementReader((statement) => {
    if (OURS.test(statement.application) && PLANNED.test(statement.text))
      sent.set(`${statement.application} ${statement.text}`, statement);
  });
  client.on('data', read).pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});
proxy.listen(0, '127.0.0.1');
await new Promise((resolve) => proxy.once('listening', resolve));

const name = `freeway_release_${randomBytes(4).toString('hex')}`;
const admin = connectPostgres({ url: serverUrl, poolMax: 1, statementTimeoutMs: 30_000 });
await admin.sql.unsafe(`create database ${name}`);
const url = new URL(serverUrl);
url.port = String((proxy.address() as AddressInfo).port);
url.pathname = `/${name}`;
const folder = mkdtempSync(join(tmpdir(), 'freeway-release-'));
const env = {
  PATH: process.env['PATH'],
  DATABASE_URL: url.href,
  DATA_FOLDER: folder,
  HOST: '127.0.0.1',
  INTAKE_HOST: '127.0.0.1',
};
const run = (...args: string[]) => runCommand(process.execPath, [MAIN, ...args], { env, onStart: () => undefined });
try {
  process.exitCode = (await run('migrate')) || (await run('demo', '--for', '20s'));
} finally {
  proxy.close();
  await admin.sql.unsafe(`drop database ${name} with (force)`);
  await admin.close();
  rmSync(folder, { recursive: true });
}
if (process.exitCode === 0) {
  const statements = [...sent.keys()].toSorted().map((key) => sent.get(key) as SentStatement);
  writeFileSync(FIXTURE, `${JSON.stringify(statements, null, 1)}\n`);
  console.log(`${statements.length} statements in ${FIXTURE}`);
}
