import type { FreewayProcess } from '../../freeway.ts';
import type { System } from '../report/suite-result.ts';
import type { Server } from './server.ts';

/** What runs on a ground beside its database, and what did not end as it should. */
export interface Roster {
  addServer(server: Server): Server;
  addBeside(process: FreewayProcess): void;
  /** Processes of Freeway that are no servers, by name. */
  besides(): ReadonlyMap<string, number>;
  stop(server: Server): Promise<void>;
  /** Servers first, in the order in which they came. */
  stopAll(): Promise<void>;
  /** Ends the servers, however. */
  abandon(): Promise<void>;
  /** It ended so: 0 is as it should. */
  ended(system: System, process: string, exitCode: number | null, logTail: string): void;
  readonly faults: Readonly<Record<System, readonly string[]>>;
}

export function createRoster(say: (line: string) => void): Roster {
  const servers = new Set<Server>();
  const beside = new Map<string, FreewayProcess>();
  const faults: Record<System, string[]> = { freeway: [], textbook: [], 'null server': [] };

  function ended(system: System, process: string, exitCode: number | null, logTail: string): void {
    if (exitCode === 0) return;
    faults[system].push(`${process} ended with ${exitCode}`);
    say(`${process} ended with ${exitCode}; its log ends with\n${logTail}`);
  }

  async function stop(server: Server): Promise<void> {
    servers.delete(server);
    ended(server.system, server.process, await server.stop(), server.logTail());
  }

  return {
    addServer(server) {
      servers.add(server);
      return server;
    },
    addBeside: (process) => void beside.set(process.name, process),
    besides: () => new Map([...beside].map(([name, { pid }]) => [name, pid])),
    stop,
    async stopAll() {
      for (const server of servers) await stop(server);
      for (const [name, process] of beside) ended('freeway', name, await process.stop(), process.logTail());
      beside.clear();
    },
    abandon: async () => void (await Promise.all([...servers].map((server) => server.stop()))),
    ended,
    faults,
  };
}
