import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchWorld } from '../../bench-world.ts';
import { createFreeway } from '../../freeway.ts';
import { startDatabase } from '../../start-database.ts';
import { postmasterOf } from '../usage/postmaster-of.ts';
import { createGround } from './create-ground.ts';
import type { Ground } from './ground.ts';
import { settleDatabase } from './settle-database.ts';

export interface GroundPlan {
  readonly name: string;
  /** Of the textbook's programme, which is as small as what is asked about. */
  readonly users: number;
  /** Of the processes of Freeway that serve. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Fills the empty ledger. */
  fill(world: BenchWorld, databaseUrl: string): Promise<void>;
}

export async function openGround(outer: BenchWorld, plan: GroundPlan): Promise<Ground> {
  const { name, users, settings = {}, fill } = plan;
  const folder = join(outer.folder, name);
  // The embedded PostgreSQL may be another user, who must get through to its own folder below.
  await mkdir(folder, { mode: 0o711 });
  const freeway = createFreeway(folder);
  const world = { ...outer, folder, freeway };
  try {
    const database = await startDatabase(world);
    await fill(world, database.url);
    await settleDatabase(database.url);
    return createGround({ world, database, users, settings, postmaster: await postmasterOf(database.url) });
  } catch (error) {
    await freeway.stopAll();
    throw error;
  }
}
