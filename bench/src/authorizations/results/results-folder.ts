import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const RESULTS_FOLDER = fileURLToPath(new URL('../../../results', import.meta.url));

export function historyFile(folder: string): string {
  return join(folder, 'history.jsonl');
}
