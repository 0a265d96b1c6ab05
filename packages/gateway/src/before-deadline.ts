import { Fault } from '@freeway/core';

/** Waits for a promise no longer than `leftMs`; then `unavailable`, and whatever comes later is dropped. */
export async function beforeDeadline<T>(promise: Promise<T>, leftMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Fault('unavailable', 'the deadline passed before the facts were found')),
      Math.max(0, leftMs),
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
