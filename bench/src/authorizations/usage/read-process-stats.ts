import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseStat, type ProcessStat } from '../../process-usage.ts';

/** Every process of the machine at one look; undefined where there is no /proc. */
export function readProcessStats(): readonly ProcessStat[] | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))];
      } catch {
        // It ended while we were listing.
        return [];
      }
    });
}
