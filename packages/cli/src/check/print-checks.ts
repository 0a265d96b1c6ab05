import { QUESTIONS } from '@freeway/marqeta/core-api';
import { EXIT } from '../exit-code.ts';
import { oneLine, print, printJson } from '../output.ts';
import type { Check, CheckGroup } from './check.ts';

const WORDS: Readonly<Record<Check['state'], string>> = {
  ok: 'ok',
  failed: 'FAILED',
  not_checked: 'not checked',
  ask: 'ask',
};

const STATE_WIDTH = 13;

/** Prints what was found, what to do, and what to ask; the exit code that follows from it. */
export function printChecks(groups: readonly CheckGroup[], json: boolean): number {
  const checks = groups.flatMap((group) => group.checks);
  const failed = checks.filter(({ state }) => state === 'failed').length;
  if (json) {
    const rows = groups.flatMap(({ about, checks: own }) => own.map((check) => ({ about, ...check })));
    printJson({ ok: failed === 0, checks: rows, questions: QUESTIONS });
    return failed === 0 ? EXIT.ok : EXIT.refused;
  }
  const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
  for (const { about, checks: own } of groups) {
    print(`${about}\n`);
    for (const check of own) printCheck(check, width);
    print('');
  }
  print('To be asked at Marqeta, since no API shows it\n');
  for (const question of QUESTIONS) print(`  - ${question}`);
  print(`\n${summary(checks, failed)}`);
  return failed === 0 ? EXIT.ok : EXIT.refused;
}

function printCheck({ name, state, found, advice }: Check, width: number): void {
  // Others wrote it: nothing that a terminal obeys.
  print(`  ${WORDS[state].padEnd(STATE_WIDTH)}${oneLine(name).padEnd(width)}${oneLine(found)}`);
  if (advice !== undefined) print(`${' '.repeat(STATE_WIDTH + 2)}-> ${oneLine(advice)}`);
}

function summary(checks: readonly Check[], failed: number): string {
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  return `${count('ok')} ok, ${failed} FAILED, ${count('ask')} to ask about, ${count('not_checked')} not checked`;
}
