import { posix } from 'node:path';
import { isTest, type SourceFile, withoutComments } from './source-file.ts';

const MAX_LINES = 300;
// A migration's number comes before its name.
const KEBAB_CASE = /^(\d{4}_)?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/;
const EMPTY_WORDS = /(^|[-.])(utils?|helpers?|managers?|services?|common|commons|processors?|misc)(?=[-.])/;

/** What is wrong with the name and the size of a file. Tests may be long: a table has one row per case. */
export function shapeProblems({ path, text }: SourceFile): string[] {
  const name = posix.basename(path);
  const lines = text.trimEnd().split('\n').length;
  const emptyWord = EMPTY_WORDS.exec(name)?.[2];
  return [
    KEBAB_CASE.test(name) ? undefined : 'is not in kebab-case',
    emptyWord === undefined ? undefined : `has a name that says nothing: ${emptyWord}`,
    lines > MAX_LINES && !isTest(path) ? `has ${lines} lines, more than ${MAX_LINES}` : undefined,
  ].filter((problem) => problem !== undefined);
}

const SYNTAX = [
  { pattern: /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w/m, problem: 'has an enum: write a union of literals' },
  { pattern: /^\s*(export\s+)?(declare\s+)?namespace\s+\w/m, problem: 'has a namespace: write a module' },
];

/** TypeScript that Node cannot strip away. */
export function syntaxProblems({ text }: SourceFile): string[] {
  const code = withoutComments(text);
  return SYNTAX.filter(({ pattern }) => pattern.test(code)).map(({ problem }) => problem);
}

const SILENCED = /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(skip|only|todo|fails)\b/;

/** Tests that do not run, or that keep others from running. `skipIf` is for a service that is not there. */
export function silencedTestProblems({ path, text }: SourceFile): string[] {
  const word = isTest(path) ? SILENCED.exec(withoutComments(text))?.[1] : undefined;
  return word === undefined ? [] : [`silences a test with .${word}`];
}
