import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectPostgres, type Invariant, migrate, openDatabase, type Postgres, verifyLedger } from '@freeway/postgres';
import { createLifecycle, createLogger, type Environment, type Lifecycle, ownProcess } from '@freeway/runtime';
import { buildProgramme, createModel, type Model, type Programme } from '@freeway/simulator';
import { setTimeout as sleep } from 'node:timers/promises';
import { developerEnvironment } from '../dev/developer-environment.ts';
import { type AllSettings, readAllSettings } from '../dev/read-all-settings.ts';
import type { AllParts } from '../dev/start-all.ts';
import { drain, readBacklog } from './backlog.ts';
import type { DemoOptions } from './demo-options.ts';
import { differingAccounts, differingCounters, readModelState } from './ledger-state.ts';
import { tableLine, tableLines } from './live-table.ts';
import { createPlayedPlatform, finishLives, type PlayedPlatform, settleBooked } from './play-lives.ts';
import { type ListedExceptions, watchExceptions } from './records-state.ts';
import { attachToPlayed, type PlayedFreeway, startPlayed } from './played-freeway.ts';
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
  // Told to stop, it ends the play first and says what came of it: only then what it is played against.
  const lifecycle = createLifecycle({
    logger,
    stopTimeoutMs: read.settings.gateway.STOP_TIMEOUT_MS,
    ownsProcess: false,
  });
  const ending = new AbortController();
  const ended = Promise.withResolvers<boolean>();
  const release = ownProcess(logger, () => {
    ending.abort();
    return ended.promise;
  });
  let faults: readonly string[] = ['it did not begin'];
  try {
    await lifecycle.run(async () => {
      const demo = await prepare(options, read.settings, screen, { logger, lifecycle });
      screen.say(`log: ${logFile}`);
      if (ending.signal.aborted) return void (faults = []);
      const outcome = await play(demo, options, screen, ending.signal);
      faults = faultsOf(outcome);
      for (const line of summaryLines(outcome)) screen.say(line);
      if (options.json) process.stdout.write(`${summaryJson(outcome)}\n`);
    });
  } finally {
    const clean = await lifecycle.stop();
    ended.resolve(clean && faults.length === 0);
    release();
  }
  return (await ended.promise) ? 0 : 1;
}

interface Demo {
  readonly freeway: PlayedFreeway;
  readonly postgres: Postgres;
  readonly programme: Programme;
  readonly model: Model;
  readonly exceptions: ListedExceptions;
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
  const freeway = await openFreeway(options, { settings, databaseUrl: database.url, ...process }, screen);
  // What an earlier run left on its way must be booked before the model looks where the ledger stands.
  await drain(postgres, freeway);
  const model = createModel(programme, await readModelState(postgres, programme));
  const exceptions = await watchExceptions(postgres);
  sayWhere(screen, settings, freeway, database.kind);
  return { freeway, postgres, programme, model, exceptions, settings };
}

/**
 * Statistics and a checkpoint now, so that the disk is not busy with the seeds when the first cards are swiped. Only of what was
 * seeded: of a table that is known to be empty PostgreSQL plans as if it stayed so.
 */
async function settle(postgres: Postgres): Promise<void> {
  await postgres.sql`analyze owners, cards, accounts, limits, ledger_transactions, entries`;
  // Only a superuser may, which an operator's own database need not grant.
  await postgres.sql`checkpoint`.catch(() => undefined);
}

function openFreeway({ running }: DemoOptions, parts: AllParts, screen: Screen): Promise<PlayedFreeway> {
  if (running !== undefined) return attachToPlayed(running, parts);
  screen.say('starting gateway, intake, relay, workers and sweeper ...');
  return startPlayed(parts);
}

function store(url: string | undefined, name: string, embedded: string): string {
  return url === undefined ? embedded : name;
}

function sayWhere(screen: Screen, { gateway }: AllSettings, freeway: PlayedFreeway, database: string): void {
  const { origin } = new URL(freeway.gatewayUrl);
  screen.say('');
  screen.say(`gateway   ${freeway.gatewayUrl}   also /health /ready /metrics /profile`);
  screen.say(`webhooks  ${freeway.intakeUrl}`);
  screen.say(
    `stores    ledger: PostgreSQL (${database}); cache: ${store(gateway.REDIS_URL, 'Redis', 'in process')}; ` +
      `queues: ${store(gateway.RABBITMQ_URL, 'RabbitMQ', 'PostgreSQL')}; archive: ${store(gateway.MONGODB_URI, 'MongoDB', 'PostgreSQL')}`,
  );
  screen.say('try it    ' + curlLine(origin, gateway.JIT_BASIC_AUTH_USERNAME, gateway.JIT_BASIC_AUTH_PASSWORD));
  screen.say('');
}

async function play(demo: Demo, options: DemoOptions, screen: Screen, stopping: AbortSignal): Promise<DemoOutcome> {
  const { freeway, postgres, programme, model, exceptions, settings } = demo;
  const platform = createPlayedPlatform({ freeway, settings, programme, model, signal: stopping }, options);
  const { player, lives } = platform;
  freeway.coreApi?.show(lives.platform);
  const running = player.run();
  let over = false;
  const showing = show(demo, platform, screen, () => over);
  const traffic = await running.finally(() => (over = true));
  await showing;
  screen.say('playing every life to its end ...');
  await finishLives(lives, freeway.mayDie ? FINISH_AFTER_DEATHS_MS : FINISH_MS);
  const left = await drain(postgres, freeway, () => settleBooked(postgres, model, player));
  const awaited = await settleBooked(postgres, model, player);
  const balances = [...model.expectedBalances()];
  // Where something was never delivered nobody knows what its account and its counters come to.
  const isCertain = balances.every(({ certain }) => certain) && lives.report().webhooks.waiting === 0;
  return {
    owesAnswers: !freeway.mayDie,
    traffic,
    lives: lives.report(),
    awaited,
    profile: (await freeway.profile()).sinceStart,
    invariants: await verify(postgres, freeway),
    differences: await differingAccounts(postgres, balances),
    differingCounters: isCertain ? await differingCounters(postgres, [...model.expectedCounters()]) : [],
    differingExceptions: isCertain ? await exceptions.differing(model.expectedOddities()) : [],
    listed: await exceptions.count(),
    left,
  };
}

/** How long the end waits for webhooks to be acknowledged; longer where intake was away, for it is tried ever more rarely. */
const FINISH_MS = 15_000;
const FINISH_AFTER_DEATHS_MS = 60_000;

/** How long what was delivered again after a death may be on its way to the archive. */
const VERIFY_AFTER_DEATHS_MS = 60_000;

async function verify(postgres: Postgres, { mayDie }: PlayedFreeway): Promise<readonly Invariant[]> {
  const givesUpAtMs = performance.now() + (mayDie ? VERIFY_AFTER_DEATHS_MS : 0);
  for (;;) {
    const invariants = await verifyLedger(postgres);
    if (invariants.every(({ ok }) => ok) || performance.now() >= givesUpAtMs) return invariants;
    await sleep(500);
  }
}

/** Draws the live view once a second on a terminal, one line every five seconds elsewhere. */
async function show(
  { postgres, freeway, model, exceptions }: Demo,
  { player, lives }: PlayedPlatform,
  screen: Screen,
  isOver: () => boolean,
): Promise<void> {
  const startedMs = performance.now();
  const everyMs = screen.isTerminal ? 1000 : 5000;
  let shownMs = startedMs;
  let acknowledged = 0;
  while (!isOver()) {
    await sleep(100);
    const nowMs = performance.now();
    if (nowMs - shownMs < everyMs) continue;
    await settleBooked(postgres, model, player);
    const report = lives.report();
    const input = {
      traffic: player.statistics(),
      lives: report,
      webhooksPerSecond: ((report.webhooks.acknowledged - acknowledged) * 1000) / (nowMs - shownMs),
      exceptions: await exceptions.count(),
      profile: await freeway.profile(),
      backlog: await readBacklog(postgres, freeway),
      elapsedMs: performance.now() - startedMs,
    };
    shownMs = nowMs;
    acknowledged = report.webhooks.acknowledged;
    if (screen.isTerminal) screen.draw(tableLines(input));
    else screen.say(tableLine(input));
  }
}
