import type { BenchWorld } from '../../bench-world.ts';
import type { System } from '../report/suite-result.ts';
import type { GroundFaults } from './ground-faults.ts';
import type { Server } from './server.ts';

/** A database of its own that holds a programme, and whatever runs on it. */
export interface Ground {
  readonly world: BenchWorld;
  readonly databaseUrl: string;
  /** Undefined where the system does not say which process it is. */
  readonly postmaster: number | undefined;
  /** Answers a second of each system when it was saturated here, beside whatever else runs here. */
  readonly saturated: Map<System, number>;
  /** Started when it is first asked for, and kept. */
  server(system: System): Promise<Server>;
  /** One more, which ends with the ground unless it is stopped before; `settings` beside the ground's. */
  startGateway(name: string, settings?: Readonly<Record<string, string>>): Promise<Server>;
  /** Another process of Freeway beside the gateways. Resolves to where it is watched. */
  startBeside(name: string, args: readonly string[]): Promise<URL>;
  /** Of those. */
  besides(): ReadonlyMap<string, number>;
  /** Ends a server before the ground ends. */
  stop(server: Server): Promise<void>;
  /** A run of this name was played here: what is wrong with the books in the end is wrong with it. */
  played(run: string): void;
  /** Ends all but the database, checks the books, ends and deletes that too; once, whoever asks. */
  close(): Promise<GroundFaults>;
  /** Ends whatever still runs. */
  abandon(): Promise<void>;
}
