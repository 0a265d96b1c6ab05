import { type ProcessName, PROCESSES, readSettings, SETTINGS } from '@freeway/runtime';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { environmentOf, EXAMPLE_ENV, freewayServices, readComposeFile } from './compose-file.ts';
import { ROOT } from './image/build-context.ts';

const compose = readComposeFile(EXAMPLE_ENV);
const services = freewayServices(compose);

const folder = mkdtempSync(join(tmpdir(), 'freeway-secrets-'));
execFileSync(process.execPath, [join(ROOT, 'deploy/make-secrets.mjs'), folder]);
afterAll(() => rmSync(folder, { recursive: true }));

/** Settings that no service is given, and why. */
const LEFT_TO_THE_PROGRAM = {
  DATA_FOLDER: 'of embedded stores, and there are none',
};

/** Addresses of stores, and settings of them, that a process may read and has no use for. */
const NO_USE: Readonly<Record<string, readonly string[]>> = {
  gateway: ['RABBITMQ_URL', 'MONGODB_URI'],
  intake: ['REDIS_URL', 'MONGODB_URI'],
  relay: ['REDIS_URL', 'MONGODB_URI'],
  worker: [],
  sweeper: ['REDIS_URL', 'MONGODB_URI'],
  // Of a gateway that `profile` asks: --url says it.
  cli: ['HOST', 'PORT'],
};

/** The services that work as the owner of the tables. */
const OWNERS = ['migrate', 'roles'];

const readBy = (processName: string): string[] =>
  Object.entries(SETTINGS)
    .filter(([, { processes }]) => (processes as readonly string[]).includes(processName))
    .map(([name]) => name);

const EXAMPLE_TEXT = readFileSync(join(ROOT, 'deploy/compose.env.example'), 'utf8');
const OFFERED_FILES = new Map(
  [...EXAMPLE_TEXT.matchAll(/^#([A-Z_]+_FILE)=(.+)$/gm)].map(([, name, file]) => [name, file]),
);

const bare = (name: string): string => (name in SETTINGS ? name : name.replace(/_FILE$/, ''));

test('every process of Freeway has its service', () => {
  const commands = services.map(([, { command }]) => command?.join(' ')).filter((each) => each !== undefined);
  expect(commands.toSorted()).toEqual([
    'database roles',
    'gateway',
    'gateway',
    'intake',
    'migrate',
    'relay',
    'sweeper',
    'worker jit-funding-queue',
    'worker transaction-processing-queue',
    'worker webhook-queue',
  ]);
  expect(new Set(services.map(([, , processName]) => processName))).toEqual(new Set(PROCESSES));
});

describe.each(services)('%s', (name, service, processName) => {
  const given = Object.keys(service.environment ?? {});
  const env = environmentOf(service, EXAMPLE_ENV);

  test('is given no variable that its process does not read', () => {
    expect(given.map(bare).filter((each) => !readBy(processName).includes(each))).toEqual([]);
  });

  test('is given every variable that its process reads', () => {
    // They need the database and nothing else.
    if (OWNERS.includes(name)) return expect(given).toContain('DATABASE_URL_FILE');
    const expected = readBy(processName).filter(
      (each) => !(each in LEFT_TO_THE_PROGRAM) && !NO_USE[processName]?.includes(each),
    );
    expect(given.map(bare).toSorted()).toEqual(expected.toSorted());
  });

  test('is given what may hold a secret as a file, and the file is mounted', () => {
    for (const setting of given) {
      const { type } = SETTINGS[bare(setting) as keyof typeof SETTINGS];
      if (type === 'secret') expect(setting).toMatch(/_FILE$/);
    }
    // Those that need not be are named in .env once they are filled in, as the example shows.
    const files = given
      .filter((each) => !(each in SETTINGS))
      .map((each) => service.environment?.[each] ?? OFFERED_FILES.get(each));
    expect(files.toSorted()).toEqual(service.secrets?.map((secret) => `/run/secrets/${secret}`).toSorted());
  });

  test('starts with the example of .env and the secrets that are made', () => {
    const here = Object.entries(env).map(([key, value]) => [key, value.replace('/run/secrets', folder)]);
    const result = readSettings(processName as ProcessName, Object.fromEntries(here));
    expect(result.ok ? [] : result.faults).toEqual([]);
  });

  test('is stopped no sooner than it wants to be', () => {
    expect(service.stop_grace_period).toMatch(/^\d+s$/);
    const graceMs = Number.parseInt(service.stop_grace_period ?? '', 10) * 1000;
    expect(graceMs).toBeGreaterThan(SETTINGS.STOP_TIMEOUT_MS.default);
  });
});

test('settings in .env reach every process that reads them', () => {
  const variables = { ...EXAMPLE_ENV, LOG_LEVEL: 'debug', HOLD_DAYS: 'lodging=40', QUEUE_PREFIX: 'blue' };
  for (const [name, service, processName] of freewayServices(readComposeFile(variables))) {
    const env = environmentOf(service, variables);
    expect(env['LOG_LEVEL']).toBe('debug');
    const tells = !OWNERS.includes(name) && readBy(processName).includes('QUEUE_PREFIX');
    expect(env['QUEUE_PREFIX']).toBe(tells ? 'blue' : undefined);
  }
});

test('a service without a needed setting would be named', () => {
  const gateway = compose.services['gateway-1'];
  const env = { ...environmentOf(gateway!, EXAMPLE_ENV), JIT_BASIC_AUTH_PASSWORD_FILE: '/nowhere' };
  const result = readSettings('gateway', env);
  expect(result.ok ? [] : result.faults).toContainEqual(expect.stringContaining('JIT_BASIC_AUTH_PASSWORD'));
});
