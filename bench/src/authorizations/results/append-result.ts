import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import type { HistoryEntry } from './history-entry.ts';
import { historyLine } from './history-line.ts';
import { historyFile, RESULTS_FOLDER } from './results-folder.ts';

/** Adds a line to the history, whole: another bench may end at the same moment. */
export function appendResult(entry: HistoryEntry, folder = RESULTS_FOLDER): void {
  mkdirSync(folder, { recursive: true });
  const line = Buffer.from(`${historyLine(entry)}\n`);
  const file = openSync(historyFile(folder), 'a');
  try {
    // One write to a file opened for appending: the system puts it at the end and nothing in between.
    const written = writeSync(file, line);
    if (written !== line.length) throw new Error(`only ${written} of ${line.length} bytes fit into the history`);
  } finally {
    closeSync(file);
  }
}
