import type { Random } from '../../random.ts';

/** Some of what was seen lately. */
export interface Recent<Item> {
  see(item: Item): void;
  /** One of those kept, any with the same probability. */
  draw(): Item | undefined;
}

/** Keeps one of `every` that it sees, and of those the last `size`: what is kept long costs the generator its pauses. */
export function createRecent<Item>(random: Random, size: number, every: number): Recent<Item> {
  const kept: Item[] = [];
  let seen = 0;
  let keptEver = 0;
  return {
    see(item) {
      if (seen++ % every !== 0) return;
      kept[keptEver++ % size] = item;
    },
    draw: () => kept[Math.floor(random() * kept.length)],
  };
}
