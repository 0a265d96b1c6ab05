import type { Drill, Program } from './drill.ts';
import { openGround } from './ground/open-ground.ts';
import { postgresDrill } from './postgres/drill-postgres.ts';
import { rabbitmqDrill } from './rabbitmq/drill-rabbitmq.ts';
import { redisDrill } from './redis/drill-redis.ts';
import { missingPrograms } from './programs.ts';
import { restoreDrill } from './restore/drill-restore.ts';
import type { DrillReport } from './report.ts';

/** Every drill there is, by the name it is called by. */
export const DRILLS: Readonly<Record<string, Drill>> = {
  postgres: postgresDrill,
  rabbitmq: rabbitmqDrill,
  redis: redisDrill,
  restore: restoreDrill,
};

export interface RunDrillOptions {
  /** Load for so long, instead of what the drill says. */
  readonly forMs?: number | undefined;
  readonly ratePerSecond?: number | undefined;
  /** Leaves data and logs. */
  readonly keep: boolean;
  /** How `freeway` is called: an executable and its first arguments. */
  readonly freeway: readonly string[];
  readonly say: (line: string) => void;
  /** Calls the drill off. */
  readonly signal: AbortSignal;
}

/** `setpriv` starts everything else. */
const SETPRIV: Program = { places: ['setpriv', '/usr/bin/setpriv'], debianPackage: 'util-linux' };

/** What a drill cannot do without and is not here. */
export const missingFor = (drill: Drill): readonly Program[] => missingPrograms([SETPRIV, ...drill.needs]);

/** Plays a drill on this machine. Rejects when it could not be played to its end. */
export async function runDrill(name: string, drill: Drill, options: RunDrillOptions): Promise<DrillReport> {
  const { keep, freeway, say, signal } = options;
  const startedMs = performance.now();
  const since = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`.padStart(8);
  const ground = openGround({ freeway, keep, signal, say: (line) => say(`${since()}  ${line}`) });
  try {
    const { forMs = drill.defaults.forMs, ratePerSecond = drill.defaults.ratePerSecond } = options;
    const result = await drill.run(ground, { forMs, ratePerSecond });
    const tookMs = performance.now() - startedMs;
    return { drill: name, ...result, tookMs, ...(keep ? { folder: ground.folder } : {}) };
  } catch (error) {
    if (keep) say(`data and logs are in ${ground.folder}`);
    throw error;
  } finally {
    say(`${since()}  stopping what was started`);
    await ground.close();
  }
}
