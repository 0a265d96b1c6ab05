import type { BenchWorld } from '../../bench-world.ts';
import { createRandom } from '../../random.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import type { WorkloadSource } from '../workload/workload.ts';
import { describePostgres } from './describe-postgres.ts';
import type { Ground } from './ground.ts';
import { type GroundFaults, withGroundFaults } from './ground-faults.ts';
import { type GroundPlan, openGround } from './open-ground.ts';
import type { Server } from './server.ts';

/** What the measurements of one suite, or of one gate, share. */
export interface Stage {
  readonly world: BenchWorld;
  /** Of each load, after its warm-up. */
  readonly durationMs: number;
  /** Of a closed loop. */
  readonly connections: number;
  /** Who is asked about, from 0. */
  readonly users: number;
  /** How often loads that are compared are played, in turn. */
  readonly rounds: number;
  /** What a workload is made from, another one each time, and the same ones in each suite. */
  source(): WorkloadSource;
  /** Servers that have served before (warm-up.ts). */
  readonly warm: WeakSet<Server>;
  open(plan: GroundPlan): Promise<Ground>;
  /** What the databases are. */
  postgres(): string;
  /** Closes every ground that is open. */
  close(): Promise<void>;
  /** Runs of grounds that are closed, with what was wrong there in the end. */
  judged(runs: readonly SuiteRun[]): readonly SuiteRun[];
  /** Ends whatever still runs on any ground. */
  abandon(): Promise<void>;
}

type StagePlan = Pick<Stage, 'durationMs' | 'connections' | 'users' | 'rounds'>;

export function createStage(world: BenchWorld, { durationMs, connections, users, rounds }: StagePlan): Stage {
  const open = new Set<Ground>();
  const faults: GroundFaults[] = [];
  let postgres: string | undefined;
  let seed = 0;
  return {
    world,
    durationMs,
    connections,
    users,
    rounds,
    source: () => ({ users, random: createRandom(++seed), now: Date.now }),
    warm: new WeakSet(),
    async open(plan) {
      const ground = await openGround(world, plan);
      open.add(ground);
      postgres ??= await describePostgres(ground.databaseUrl, ground.world.folder);
      return ground;
    },
    postgres: () => postgres ?? 'no PostgreSQL was started',
    async close() {
      for (const ground of open) {
        open.delete(ground);
        try {
          faults.push(await ground.close());
        } finally {
          await ground.abandon();
        }
      }
    },
    judged: (runs) => runs.map((run) => withGroundFaults(run, faults)),
    abandon: async () => void (await Promise.all([...open].map((ground) => ground.abandon()))),
  };
}
