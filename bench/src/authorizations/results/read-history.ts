import { existsSync, readFileSync } from 'node:fs';
import type { Previous } from '../report/previous.ts';
import type { HistoryEntry } from './history-entry.ts';
import { parseHistoryLine } from './history-line.ts';
import { historyFile, RESULTS_FOLDER } from './results-folder.ts';

/**
 * All results so far, the oldest first.
 * @throws Error that names the line which cannot be read
 */
export function readHistory(folder = RESULTS_FOLDER): readonly HistoryEntry[] {
  const file = historyFile(folder);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, nth) => {
    try {
      return parseHistoryLine(line);
    } catch (error) {
      throw new Error(`${file}, line ${nth + 1}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** The newest that can be compared: of the same kind, on the same kind of machine, and not void. */
export function lastOf(
  history: readonly HistoryEntry[],
  { kind, machineKind }: Pick<HistoryEntry, 'kind' | 'machineKind'>,
): Previous | undefined {
  return history.findLast((entry) => entry.kind === kind && entry.machineKind === machineKind && !entry.isVoid);
}
