import type { Random } from './random.ts';

/** The last entries, drawn at random. */
export interface Recent<T> {
  add(entry: T): void;
  /** One that is fit, or undefined when a few draws found none. */
  draw(isFit: (entry: T) => boolean): T | undefined;
}

/** Far fewer than the model remembers, so that whatever is drawn can still be judged. */
const SIZE = 2_000;
const DRAWS_MAX = 8;

export function createRecent<T>(random: Random): Recent<T> {
  const entries: T[] = [];
  let next = 0;
  return {
    add(entry) {
      entries[next] = entry;
      next = (next + 1) % SIZE;
    },
    draw(isFit) {
      for (let i = 0; i < DRAWS_MAX && entries.length > 0; i++) {
        const entry = random.pick(entries);
        if (isFit(entry)) return entry;
      }
      return undefined;
    },
  };
}
