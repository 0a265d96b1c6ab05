import type { BenchWorld } from '../../bench-world.ts';
import { seedLarge } from '../seed/seed-large.ts';

/** With a past, and too large for an import. */
export function fillBySeed(
  cards: number,
  authorizations: number,
): (world: BenchWorld, databaseUrl: string) => Promise<void> {
  return async ({ signal, say }, databaseUrl) => {
    await seedLarge({ databaseUrl, cards, authorizations, signal, say });
  };
}
