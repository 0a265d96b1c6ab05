import { IMPORT_TYPES, type ImportCounts, type ImportOutcome, type ImportProgress } from '@freeway/postgres';
import { EXIT } from './exit-code.ts';
import { print, printJson, say } from './output.ts';
import { createProgress } from './progress.ts';

const VERBS = { read: 'reading', check: 'checking', write: 'writing' } as const;

/** Shows an import under way on stderr. */
export function showProgress(): { readonly onProgress: (progress: ImportProgress) => void; readonly end: () => void } {
  const progress = createProgress();
  return {
    onProgress: ({ phase, done, total }) =>
      progress.update(`${VERBS[phase]}: ${done}${total === undefined ? '' : ` of ${total}`} lines`),
    end: progress.end,
  };
}

/** Prints what an import did and returns the exit code. */
export function printImport(outcome: ImportOutcome, json: boolean): number {
  if (json) printJson(toJson(outcome));
  if (outcome.status === 'refused') {
    for (const { line, message } of outcome.faults) say(`line ${line}: ${message}`);
    const more = outcome.faultCount - outcome.faults.length;
    if (more > 0) say(`and ${more} more faulty lines`);
    const applied = countAll(outcome.counts);
    say(
      applied === 0
        ? `freeway: ${outcome.faultCount} of ${outcome.lines} lines are faulty: nothing was applied`
        : 'freeway: the database changed while the file was being applied: mend these lines and run it again',
    );
    return EXIT.refused;
  }
  if (!json) {
    for (const type of IMPORT_TYPES)
      if (countAll({ [type]: outcome.counts[type] }) > 0) print(countLine(type, outcome.counts));
    print(
      outcome.status === 'dry_run'
        ? `dry run of ${outcome.lines} lines: nothing was applied`
        : `${outcome.lines} lines applied`,
    );
  }
  return EXIT.ok;
}

function toJson(outcome: ImportOutcome): object {
  const { status, lines, counts } = outcome;
  if (status !== 'refused') return { status, lines, counts };
  return { status, lines, counts, fault_count: outcome.faultCount, faults: outcome.faults };
}

function countLine(type: keyof ImportCounts, counts: ImportCounts): string {
  const parts = Object.entries(counts[type]).filter(([, count]) => count > 0);
  return `${type.padEnd(14)} ${parts.map(([status, count]) => `${count} ${status}`).join(', ')}`;
}

function countAll(counts: Partial<ImportCounts>): number {
  return Object.values(counts)
    .flatMap((byStatus) => Object.values(byStatus))
    .reduce((sum, count) => sum + count, 0);
}
