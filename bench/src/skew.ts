import type { Random } from './random.ts';

/** Of Zipf's law: a few cards make much of the traffic, and still each card is used. */
const EXPONENT = 0.8;

/** Draws an index below `size`; the lower, the more often. */
export function createSkew(random: Random, size: number): () => number {
  const sums = new Float64Array(size);
  let total = 0;
  for (let index = 0; index < size; index++) sums[index] = total += (index + 1) ** -EXPONENT;
  return () => {
    const wanted = random() * total;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) <= wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
