import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectPostgres, migrate, openDatabase, type Postgres, verifyLedger } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, type Lifecycle } from '@freeway/runtime';
import { buildProgramme, createModel, createPlayer, type Model, type Player, type Programme } from '@freeway/simulator';
import { setTimeout as sleep } from 'node:timers/promises';
import { developerEnvironment } from '../dev/developer-environment.ts';
import { type AllSettings, readAllSettings } from '../dev/read-all-settings.ts';
import { type Everything, startAll } from '../dev/start-all.ts';
import { drain, readBacklog } from './backlog.ts';
import type { DemoOptions } from './demo-options.ts';
import { differingAccounts, readModelState } from './ledger-state.ts';
import { tableLine, tableLines } from './live-table.ts';
import { seedProgramme } from '../seed-programme.ts';
import { createScreen, type Screen } from './screen.ts';
import { type DemoOutcome, faultsOf, summaryJson, summaryLines } from './summary.ts';
import { curlLine, openVisitor } from './visitor.ts';

/**
 * Starts everything, seeds the demo programme and plays Marqeta against the gateway until it is told to stop. Returns the
 * exit code: 0 when every answer was right and the ledger's invariants hold, 2 for faulty settings.
 */
export async function runDemo(options: DemoOptions, env: Environment): Promise<number> {
  const screen = createScreen(options.json ? process.stderr : process.stdout);
  const read = readAllSettings(await developerEnvironment(env));
  if (!read.ok) {
    for (const fault of read.faults) process.stderr.write(`${fault}\n`);
    return 2;
  }
  const folder = read.settings.gateway.DATA_FOLDER;
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'demo.log');
  const logger = createLogger({
    process: 'demo',
    level: 'info',
    destination: createWriteStream(logFile, { flags: 'a' }),
  });
  const lifecycle = createLifecycle({ logger, stopTimeoutMs: read.settings.gateway.STOP_TIMEOUT_MS });
  let exitCode = 0;
  await lifecycle.run(async () => {
    const demo = await prepare(options, read.settings, screen, { logger, lifecycle });
    screen.say(`log: ${logFile}`);
    const outcome = await play(demo, options, screen, lifecycle.signal);
    const faults = faultsOf(outcome);
    exitCode = faults.length === 0 ? 0 : 1;
    for (const line of summaryLines(outcome)) screen.say(line);
    if (options.json) process.stdout.write(`${summaryJson(outcome)}\n`);
  });
  const clean = await lifecycle.stop();
  return clean ? exitCode : 1;
}

interface Demo {
  readonly everything: Everything;
  readonly postgres: Postgres;
  readonly programme: Programme;
  readonly model: Model;
  readonly settings: AllSettings;
}

async function prepare(
  options: DemoOptions,
  settings: AllSettings,
  screen: Screen,
  process: { readonly logger: ReturnType<typeof createLogger>; readonly lifecycle: Lifecycle },
): Promise<Demo> {
  const { lifecycle } = process;
  screen.say('starting PostgreSQL ...');
  const database = await openDatabase({
    url: settings.gateway.DATABASE_URL,
    dataFolder: settings.gateway.DATA_FOLDER,
    log: (line) => screen.say(`  ${line}`),
  });
  lifecycle.onStop('database', () => database.stop());
  const postgres = connectPostgres({ url: database.url, poolMax: 4, statementTimeoutMs: 60_000 });
  lifecycle.onStop('demo pool', () => postgres.close());
  const { applied } = await migrate(postgres);
  if (applied.length > 0) screen.say(`migrated: ${applied.length} files`);
  const programme = buildProgramme({ seed: options.seed, users: options.users });
  screen.say(`seeding ${options.users} users with their accounts, cards and limits ...`);
  const seeded = await seedProgramme(postgres, {
    programme,
    name: `seed ${options.seed}, ${options.users} users`,
    actor: 'freeway demo',
    onProgress: ({ phase, done, total }) =>
      screen.progress(`  ${phase}: ${done}${total === undefined ? '' : ` of ${total}`}`),
  });
  if (seeded.status === 'refused') {
    const reasons = seeded.faults.slice(0, 3).map(({ line, message }) => `record ${line}: ${message}`);
    throw new Error(`the demo programme does not fit this ledger: ${reasons.join('; ')}`);
  }
  if (seeded.status !== 'seeded_before') await settle(postgres);
  screen.say(seeded.status === 'seeded_before' ? '  there already from an earlier run' : `  ${seeded.lines} records`);
  await openVisitor(postgres);
  const model = createModel(programme, await readModelState(postgres));
  screen.say('starting gateway, relay and workers ...');
  const everything = await startAll({ settings, databaseUrl: database.url, ...process });
  sayWhere(screen, settings, everything.gateway.url, database.kind);
  return { everything, postgres, programme, model, settings };
}

/** Statistics and a checkpoint now, so that the disk is not busy with the seeds when the first cards are swiped. */
async function settle(postgres: Postgres): Promise<void> {
  await postgres.sql`analyze`;
  // Only a superuser may, which an operator's own database need not grant.
  await postgres.sql`checkpoint`.catch(() => undefined);
}

function store(url: string | undefined, name: string, embedded: string): string {
  return url === undefined ? embedded : name;
}

function sayWhere(screen: Screen, { gateway }: AllSettings, url: string, database: string): void {
  screen.say('');
  screen.say(`gateway   ${url}/v1/jit   also /health /ready /metrics /profile`);
  screen.say(
    `stores    ledger: PostgreSQL (${database}); cache: ${store(gateway.REDIS_URL, 'Redis', 'in process')}; ` +
      `queues: ${store(gateway.RABBITMQ_URL, 'RabbitMQ', 'PostgreSQL')}; archive: ${store(gateway.MONGODB_URI, 'MongoDB', 'PostgreSQL')}`,
  );
  screen.say('try it    ' + curlLine(url, gateway.JIT_BASIC_AUTH_USERNAME, gateway.JIT_BASIC_AUTH_PASSWORD));
  screen.say('');
}

async function play(demo: Demo, options: DemoOptions, screen: Screen, stopping: AbortSignal): Promise<DemoOutcome> {
  const { everything, programme, model, settings } = demo;
  const { JIT_BASIC_AUTH_USERNAME: username, JIT_BASIC_AUTH_PASSWORD: password } = settings.gateway;
  const { JIT_HEADER_NAME: headerName, JIT_HEADER_VALUE: headerValue } = settings.gateway;
  const player = createPlayer({
    url: `${everything.gateway.url}/v1/jit`,
    credentials: { username, password },
    ...(headerName === undefined || headerValue === undefined ? {} : { headers: { [headerName]: headerValue } }),
    ratePerSecond: options.ratePerSecond,
    programme,
    model,
    seed: options.seed,
    signal: stopping,
    ...(options.forMs === undefined ? {} : { durationMs: options.forMs }),
  });
  const running = player.run();
  let over = false;
  const showing = show(demo, player, screen, () => over);
  const traffic = await running.finally(() => (over = true));
  await showing;
  const left = await drain(demo.postgres, everything);
  return {
    traffic,
    profile: everything.gateway.authorizer.profiler.snapshot().sinceStart,
    invariants: await verifyLedger(demo.postgres),
    differences: await differingAccounts(demo.postgres, [...model.expectedBalances()]),
    left,
  };
}

/** Draws the live view once a second on a terminal, one line every five seconds elsewhere. */
async function show(demo: Demo, player: Player, screen: Screen, isOver: () => boolean): Promise<void> {
  const startedMs = performance.now();
  const everyMs = screen.isTerminal ? 1000 : 5000;
  let shownMs = startedMs;
  while (!isOver()) {
    await sleep(100);
    if (performance.now() - shownMs < everyMs) continue;
    shownMs = performance.now();
    const input = {
      traffic: player.statistics(),
      profile: demo.everything.gateway.authorizer.profiler.snapshot(),
      backlog: await readBacklog(demo.postgres, demo.everything),
      elapsedMs: performance.now() - startedMs,
    };
    if (screen.isTerminal) screen.draw(tableLines(input));
    else screen.say(tableLine(input));
  }
}
