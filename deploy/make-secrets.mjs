#!/usr/bin/env node
// node deploy/make-secrets.mjs [folder]: makes the files that docker-compose.yml mounts as secrets. What is there already is
// never changed, so it may be run again at any time. Plain JavaScript on built-in modules, for any Node from 18 on.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selfSignedCertificate } from './self-signed-certificate.mjs';

const USAGE = `usage: node deploy/make-secrets.mjs [folder]

Makes the folder (deploy/secrets, or what SECRETS_FOLDER says in .env) with a random password for everything that needs one,
the addresses that carry them, and a self-signed certificate for nginx. Files that exist are left as they are.`;

// Of PostgreSQL, as deploy/postgres/roles.sql makes them: the owner of the tables, and a login for each process.
const DATABASE_USERS = ['freeway', 'gateway', 'intake', 'relay', 'worker', 'sweeper', 'operator'];

// Random: read by the servers, and by people who must enter them somewhere.
const PASSWORDS = [
  'postgres_password',
  ...DATABASE_USERS.map((user) => `${user}_database_password`),
  'monitoring_database_password',
  'redis_password',
  'freeway_rabbitmq_password',
  'operator_rabbitmq_password',
  'mongodb_root_password',
  'freeway_mongodb_password',
  'grafana_admin_password',
  // Of the sealed record: keep a copy where whoever may write in the database cannot read it.
  'seal_key',
  // Enter these at Marqeta: the funding source's password, the webhook's, and the webhook's secret.
  'jit_basic_auth_password',
  'webhook_basic_auth_password',
  'webhook_signature_secret',
];

// Empty until an operator fills them in, and then says in .env that they are used: a process refuses an empty one.
const OPTIONAL = [
  'jit_basic_auth_password_next',
  'jit_header_value',
  'webhook_basic_auth_password_next',
  'webhook_header_value',
  'webhook_signature_secret_next',
  'core_api_application_token',
  'core_api_admin_token',
];

/** What is made of a password, in the form that a server or a client reads. `of` gives a password by its name. */
const DERIVED = {
  ...Object.fromEntries(
    DATABASE_USERS.map((user) => [
      `${user}_database_url`,
      (of) => `postgres://${user}:${of(`${user}_database_password`)}@postgres:5432/freeway`,
    ]),
  ),
  redis_url: (of) => `redis://freeway:${of('redis_password')}@redis:6379`,
  'redis_users.acl': (of) =>
    'user default on nopass nocommands +ping\n' +
    `user freeway on #${sha256(of('redis_password')).toString('hex')} allkeys allchannels +@all -@admin -@dangerous +info +keys\n`,
  rabbitmq_url: (of) => `amqp://freeway:${of('freeway_rabbitmq_password')}@rabbitmq:5672`,
  'rabbitmq_definitions.json': (of) => rabbitmqDefinitions(of),
  mongodb_uri: (of) => `mongodb://freeway:${of('freeway_mongodb_password')}@mongodb:27017/freeway`,
};

const [argument, ...more] = process.argv.slice(2);
if (argument === '--help' || argument === '-h') {
  say(USAGE);
} else if (more.length > 0 || argument?.startsWith('-')) {
  complain(USAGE);
  process.exitCode = 2;
} else {
  makeSecrets(argument ?? configuredFolder());
}

function makeSecrets(folder) {
  // Containers run as users of their own, and docker gives them a file with the mode it has here. So the folder is closed to
  // everybody else on this machine, and the files in it can be read by whoever they are mounted for.
  mkdirSync(join(folder, 'tls'), { recursive: true });
  chmodSync(folder, 0o700);
  const made = [
    ...PASSWORDS.map((name) => write(folder, name, () => randomBytes(24).toString('hex'))),
    ...OPTIONAL.map((name) => write(folder, name, () => '')),
  ];
  const of = (name) => readFileSync(join(folder, name), 'utf8').trim();
  for (const [name, derive] of Object.entries(DERIVED)) made.push(write(folder, name, () => derive(of)));
  made.push(...writeCertificate(join(folder, 'tls')));
  const names = made.filter((name) => name !== undefined);
  for (const name of names) say(`made ${relative('.', join(folder, name))}`);
  if (names.length === 0) say(`nothing to do: every secret is in ${relative('.', folder)}`);
  for (const name of staleIn(folder, of)) {
    complain(`${name} does not carry the password that is beside it: remove it and run this again`);
    process.exitCode = 1;
  }
}

/** The name if the file was made. Mode 0444: nobody edits a secret by accident, and root without privileges can read it. */
function write(folder, name, content) {
  const path = join(folder, name);
  if (existsSync(path)) return undefined;
  const text = content();
  // An empty one is there to be filled in.
  writeFileSync(path, text, { flag: 'wx', mode: text === '' ? 0o644 : 0o444 });
  chmodSync(path, text === '' ? 0o644 : 0o444);
  return name;
}

function writeCertificate(folder) {
  const [certificateFile, keyFile] = ['server.crt', 'server.key'];
  if (existsSync(join(folder, certificateFile)) && existsSync(join(folder, keyFile))) return [];
  for (const name of [certificateFile, keyFile]) {
    if (!existsSync(join(folder, name))) continue;
    throw new Error(`${join(folder, name)} is there without its other half: remove it, or put that beside it`);
  }
  const { certificate, key } = selfSignedCertificate('localhost');
  try {
    write(folder, keyFile, () => key);
    write(folder, certificateFile, () => certificate);
  } catch (error) {
    rmSync(join(folder, keyFile), { force: true });
    throw error;
  }
  return [`tls/${certificateFile}`, `tls/${keyFile}`];
}

/** Addresses made of another password than the one beside them; the other derived files hold only hashes. */
function staleIn(folder, of) {
  return Object.keys(DERIVED)
    .filter((name) => /_ur[il]$/.test(name))
    .filter((name) => new URL(of(name)).password !== new URL(DERIVED[name](of)).password);
}

/** Users by the hash of their password. A node that loads definitions makes no user `guest`. */
function rabbitmqDefinitions(of) {
  const definitions = {
    vhosts: [{ name: '/' }],
    users: [
      rabbitmqUser('freeway', of('freeway_rabbitmq_password'), []),
      rabbitmqUser('operator', of('operator_rabbitmq_password'), ['administrator']),
    ],
    permissions: ['freeway', 'operator'].map((name) => ({
      user: name,
      vhost: '/',
      configure: '.*',
      write: '.*',
      read: '.*',
    })),
  };
  return `${JSON.stringify(definitions, undefined, 2)}\n`;
}

function rabbitmqUser(name, password, tags) {
  return { name, password_hash: rabbitmqHash(password), hashing_algorithm: 'rabbit_password_hashing_sha256', tags };
}

function rabbitmqHash(password) {
  const salt = randomBytes(4);
  return Buffer.concat([salt, sha256(Buffer.concat([salt, Buffer.from(password)]))]).toString('base64');
}

function sha256(data) {
  return createHash('sha256').update(data).digest();
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function complain(line) {
  process.stderr.write(`${line}\n`);
}

/** As docker compose finds it: the environment, then .env, relative to the top of the repository. */
function configuredFolder() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const env = join(root, '.env');
  const inFile = existsSync(env) ? /^SECRETS_FOLDER=(.+)$/m.exec(readFileSync(env, 'utf8'))?.[1]?.trim() : undefined;
  const folder = process.env.SECRETS_FOLDER || inFile || './deploy/secrets';
  return folder.startsWith('/') ? folder : join(root, folder);
}
