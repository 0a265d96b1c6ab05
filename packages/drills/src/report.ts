import type { DrillResult } from './drill.ts';

export interface DrillReport extends DrillResult {
  readonly drill: string;
  readonly tookMs: number;
  /** Data and logs, where they were kept. */
  readonly folder?: string;
}

/** One that promised nothing has kept nothing. */
export const heldAll = ({ promises }: DrillResult): boolean =>
  promises.length > 0 && promises.every(({ kept }) => kept);

/** For people. */
export function reportText(report: DrillReport): string {
  const { drill, promises, figures, folder, tookMs } = report;
  const broken = promises.filter(({ kept }) => !kept).length;
  const width = Math.max(0, ...figures.map(({ text }) => text.length));
  return [
    `drill ${drill}, ${(tookMs / 1000).toFixed(0)} s`,
    ...promises.map(({ promise, kept, seen }) => `  ${kept ? 'kept   ' : 'BROKEN '} ${promise}: ${seen}`),
    ...figures.map(({ text, value }) => `  ${text.padEnd(width)}  ${value.toLocaleString('en')}`),
    ...(folder === undefined ? [] : [`  data and logs are in ${folder}`]),
    broken === 0 ? `all ${promises.length} promises held` : `${broken} of ${promises.length} promises were broken`,
  ].join('\n');
}

/** For programs: snake_case, units in the names. */
export function reportJson(report: DrillReport): object {
  const { drill, promises, figures, folder, tookMs } = report;
  return {
    drill,
    ok: heldAll(report),
    took_ms: Math.round(tookMs),
    promises,
    figures: Object.fromEntries(figures.map(({ name, value }) => [name, value])),
    ...(folder === undefined ? {} : { folder }),
  };
}
