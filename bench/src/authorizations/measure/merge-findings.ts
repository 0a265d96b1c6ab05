import type { Findings } from './findings.ts';

export function mergeFindings(all: readonly Findings[]): Required<Findings> {
  return {
    runs: all.flatMap(({ runs }) => runs),
    curves: all.flatMap(({ curves = [] }) => curves),
    references: all.flatMap(({ references = [] }) => references),
    notes: Object.assign({}, ...all.map(({ notes }) => notes)),
  };
}
