import type { Logger } from './logger.ts';

export interface RateLimitedLog {
  /**
   * Logs the first of its key at once and then at most one per interval, which says how many it `suppressed` since the
   * last. Keys are words of the code, never data: they are kept for ever.
   */
  (
    key: string,
    intervalMs: number,
    level: 'fatal' | 'error' | 'warn' | 'info',
    fields: Readonly<Record<string, unknown>>,
    message: string,
  ): void;
}

interface Gate {
  opensAt: number;
  suppressed: number;
}

export function createRateLimitedLog(
  logger: Logger,
  clock: () => number = performance.now.bind(performance),
): RateLimitedLog {
  const gates = new Map<string, Gate>();
  return (key, intervalMs, level, fields, message) => {
    const now = clock();
    const gate = gates.get(key);
    if (gate !== undefined && now < gate.opensAt) {
      gate.suppressed += 1;
      return;
    }
    logger[level]({ ...fields, suppressed: gate?.suppressed ?? 0 }, message);
    gates.set(key, { opensAt: now + intervalMs, suppressed: 0 });
  };
}
