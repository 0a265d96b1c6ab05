import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asHtml } from '../report/as-html.ts';
import { asJson } from '../report/as-json.ts';
import type { Previous } from '../report/previous.ts';
import type { SuiteResult } from '../report/suite-result.ts';
import { isResultName } from './is-result-name.ts';
import { RESULTS_FOLDER } from './results-folder.ts';

/** Writes everything, for programs and for people, and returns the two files. */
export function writeResult(
  name: string,
  result: SuiteResult,
  previous?: Previous,
  folder = RESULTS_FOLDER,
): readonly string[] {
  if (!isResultName(name)) throw new Error(`a result is called by letters, digits, - and ., not ${name}`);
  mkdirSync(folder, { recursive: true });
  const json = join(folder, `${name}.json`);
  const html = join(folder, `${name}.html`);
  writeFileSync(json, `${JSON.stringify(asJson(result), null, 2)}\n`);
  writeFileSync(html, asHtml(result, previous));
  return [json, html];
}
