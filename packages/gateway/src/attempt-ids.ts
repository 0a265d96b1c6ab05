import { randomInt } from 'node:crypto';

/** Ids that no other arrival at any gateway has, near enough: a random half for the process, a counter for the rest. */
export function createAttemptIds(): () => string {
  const process = BigInt(randomInt(2 ** 31)) << 32n;
  let last = 0n;
  return () => (process | ++last).toString();
}
