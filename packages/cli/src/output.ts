import type { Refused } from '@freeway/postgres';
import { EXIT } from './exit-code.ts';

/** Data goes to stdout, everything said about it to stderr: `freeway ... --json | jq` must work. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Aligned columns; the first is a name, the others end where their heading ends. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

/** Anybody may have written it: no line break, and nothing that a terminal obeys. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

export function printRefusal(refusal: Refused, json: boolean): number {
  if (json) printJson(refusal);
  say(`freeway: ${refusal.message}`);
  return EXIT.refused;
}
