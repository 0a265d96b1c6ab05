import { rm } from 'node:fs/promises';
import type { BenchWorld } from '../../bench-world.ts';
import { freePort } from '../../free-port.ts';
import { ledgerFaultOf } from '../../ledger-fault.ts';
import type { RunningDatabase } from '../../start-database.ts';
import { untilReady } from '../../until-ready.ts';
import { checkBooks } from '../references/textbook/check-books.ts';
import type { System } from '../report/suite-result.ts';
import type { Ground } from './ground.ts';
import type { GroundFaults } from './ground-faults.ts';
import { createRoster } from './roster.ts';
import type { Server } from './server.ts';
import { startGateway, startNullServer, startTextbookServer } from './start-server.ts';

export interface FilledDatabase {
  readonly world: BenchWorld;
  readonly database: RunningDatabase;
  readonly postmaster: number | undefined;
  readonly users: number;
  readonly settings: Readonly<Record<string, string>>;
}

export function createGround({ world, database, postmaster, users, settings }: FilledDatabase): Ground {
  const roster = createRoster(world.say);
  const kept = new Map<System, Server>();
  const played = new Set<string>();
  let hasTextbook = false;
  let closing: Promise<GroundFaults> | undefined;

  const start: Readonly<Record<System, () => Promise<Server>>> = {
    freeway: () => startGateway(world, { name: 'gateway', settings }),
    textbook: () => {
      hasTextbook = true;
      return startTextbookServer(world, { databaseUrl: database.url, users, settings });
    },
    'null server': () => startNullServer(world),
  };

  async function close(): Promise<GroundFaults> {
    await roster.stopAll();
    const books = hasTextbook ? await checkBooks(database.url) : [];
    const ledgerFault = await ledgerFaultOf(world);
    roster.ended('freeway', 'PostgreSQL', await database.stop(), database.logTail());
    await rm(world.folder, { recursive: true, force: true });
    const { freeway, textbook, 'null server': nullServer } = roster.faults;
    return {
      played,
      bySystem: {
        freeway: { ledgerFault, processFaults: freeway },
        textbook: { ledgerFault: books.length === 0 ? undefined : books.join('; '), processFaults: textbook },
        'null server': { ledgerFault: undefined, processFaults: nullServer },
      },
    };
  }

  return {
    world,
    databaseUrl: database.url,
    postmaster,
    saturated: new Map(),
    async server(system) {
      const server = kept.get(system) ?? roster.addServer(await start[system]());
      kept.set(system, server);
      return server;
    },
    startGateway: async (name, own) =>
      roster.addServer(await startGateway(world, { name, settings: { ...settings, ...own } })),
    async startBeside(name, args) {
      const url = new URL(`http://127.0.0.1:${await freePort()}`);
      const started = world.freeway.start(args, { ...settings, OPERATIONS_PORT: url.port }, name);
      roster.addBeside(started);
      await untilReady(started, url, world.signal);
      return url;
    },
    besides: roster.besides,
    async stop(server) {
      if (kept.get(server.system) === server) kept.delete(server.system);
      await roster.stop(server);
    },
    played: (run) => void played.add(run),
    close: () => (closing ??= close()),
    async abandon() {
      await roster.abandon();
      await world.freeway.stopAll();
    },
  };
}
