import { importsOf } from './import-table.ts';
import { type SourceFile, withoutComments } from './source-file.ts';

const IMPURE = [
  /\bDate\.now\b/,
  // With an argument it converts; without, it asks the clock.
  /\bnew Date(\(\s*\)|(?!\())/,
  /\bMath\.random\b/,
  /\bperformance\b/,
  /\bprocess\./,
  /\bcrypto\b/,
  /\bfetch\s*\(/,
  /\b(set|clear)(Timeout|Interval|Immediate)\b/,
  /\bconsole\b/,
  /\bglobalThis\b/,
];

/** What in a file of core could make the same input give another output, or reach the world. */
export function purityProblems({ path, text }: SourceFile): string[] {
  if (!path.startsWith('packages/core/src/')) return [];
  const code = withoutComments(text);
  return [
    ...IMPURE.map((pattern) => pattern.exec(code)?.[0])
      .filter((found) => found !== undefined)
      .map((found) => `core is pure, but: ${found}`),
    ...importsOf(text)
      .filter((specifier) => !specifier.startsWith('.'))
      .map((specifier) => `core has no dependencies, but imports ${specifier}`),
  ];
}
