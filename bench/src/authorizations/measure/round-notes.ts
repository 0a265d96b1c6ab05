import { FIGURE_SOURCES } from '../report/figures-of.ts';
import { measure } from '../report/measure.ts';
import type { SuiteRun } from '../report/suite-result.ts';
import { TARGET_IDS, TARGETS, type TargetId } from '../report/targets.ts';
import { valueText } from '../report/value-text.ts';
import type { FigureNotes } from './findings.ts';

/** How far each figure is to be trusted: what it would be in each round alone. */
export function roundNotes(rounds: readonly (readonly SuiteRun[])[]): FigureNotes {
  if (rounds.length < 2) return {};
  return Object.fromEntries(
    TARGET_IDS.flatMap((id): readonly [TargetId, string][] => {
      const values = rounds
        .map((runs) => measure(FIGURE_SOURCES[id], runs))
        .filter((value) => typeof value === 'number');
      if (values.length < rounds.length) return [];
      return [[id, `in each round alone: ${values.map((value) => valueText(TARGETS[id], value)).join(', ')}`]];
    }),
  );
}
