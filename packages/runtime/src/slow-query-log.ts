import type { Logger } from './logger.ts';
import { createRateLimitedLog } from './rate-limited-log.ts';

/** Writes which statement was slow, by its name and never with parameters: one a second of each. */
export function createSlowQueryLog(logger: Logger): (name: string, tookMs: number) => void {
  const log = createRateLimitedLog(logger, performance.now.bind(performance));
  return (name, tookMs) =>
    log(`slow ${name}`, 1000, 'warn', { statement: name, took_ms: Math.round(tookMs) }, 'slow query');
}
