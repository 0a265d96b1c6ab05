import { judgeFigure } from './judge-figure.ts';
import { cpuUsOf, measure, type Source, throughputRatio } from './measure.ts';
import { PROCESS } from './process-names.ts';
import { RUN } from './run-names.ts';
import type { Figure, SuiteRun } from './suite-result.ts';
import { TARGET_IDS, type TargetId } from './targets.ts';

const MILLION = 1_000_000;
const DEATHS = [RUN.redisDies, RUN.rabbitmqDies, RUN.mongodbDies] as const;

export const FIGURE_SOURCES = {
  saturated_to_null: throughputRatio(RUN.uniform, RUN.nullServer),
  saturated_to_textbook: throughputRatio(RUN.uniform, RUN.textbook),
  hot_to_uniform: throughputRatio(RUN.hot, RUN.uniform),
  half_p99: {
    from: [RUN.half, RUN.floor],
    valueOf: (get) => get(RUN.half).load.latencyMs.p99 - get(RUN.floor).load.latencyMs.p99,
  },
  p999_at_500: { from: [RUN.at500], valueOf: (get) => get(RUN.at500).load.latencyMs.p999 },
  cpu: { from: [RUN.uniform], valueOf: (get) => cpuUsOf(get(RUN.uniform), [PROCESS.gateway, PROCESS.postgres]) },
  large_to_empty: throughputRatio(RUN.large, RUN.emptyBesideLarge),
  two_gateways_to_one: throughputRatio(RUN.twoGateways, RUN.oneGateway),
  p99_change_on_death: {
    from: [RUN.allAlive, ...DEATHS],
    // Of the three deaths the worst.
    valueOf: (get) => {
      const usualMs = get(RUN.allAlive).load.latencyMs.p99;
      return Math.max(...DEATHS.map((name) => get(name).load.latencyMs.p99 - usualMs));
    },
  },
  gateway_memory: { from: [RUN.million], valueOf: (get) => memoryMbOf(get(RUN.million)) },
} as const satisfies Readonly<Record<TargetId, Source>>;

/**
 * Every figure of the table in targets.ts. One that stands on a void run, or on one that was not made, is not measured and
 * says why; `notes` are what else is to be known of it.
 */
export function figuresOf(
  runs: readonly SuiteRun[],
  notes: Readonly<Partial<Record<TargetId, string>>> = {},
): readonly Figure[] {
  return TARGET_IDS.map((id) => {
    const value = measure(FIGURE_SOURCES[id], runs);
    if (typeof value === 'number') return judgeFigure(id, value, notes[id]);
    return judgeFigure(id, undefined, [value, notes[id]].filter((why) => why !== undefined).join('; '));
  });
}

function memoryMbOf({ name, load, rssBytes }: SuiteRun): number | string {
  const bytes = rssBytes?.[PROCESS.gateway];
  if (bytes === undefined) return `the memory of the gateway is not known in '${name}'`;
  return load.answered < MILLION ? `only ${load.answered} requests were answered` : bytes / 1e6;
}
