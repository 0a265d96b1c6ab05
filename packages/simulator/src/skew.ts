import type { Random } from './random.ts';

/** Zipf-like exponent: a few cards and merchants make much of the traffic. */
const EXPONENT = 0.8;

/** Draws an index below `size`; the lower, the more often. */
export function createSkew(random: Random, size: number): () => number {
  return createCumulative(
    random,
    Array.from({ length: size }, (_, rank) => (rank + 1) ** -EXPONENT),
  );
}

/** Draws a key as often as its weight says. */
export function createWeighted<K extends string>(random: Random, weights: Readonly<Record<K, number>>): () => K {
  const keys = Object.keys(weights) as K[];
  const draw = createCumulative(
    random,
    keys.map((key) => weights[key]),
  );
  return () => keys[draw()] as K;
}

function createCumulative(random: Random, weights: readonly number[]): () => number {
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (const [index, weight] of weights.entries()) sums[index] = total += weight;
  if (total <= 0) throw new RangeError('nothing to draw from');
  return () => {
    const wanted = random.next() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) <= wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
