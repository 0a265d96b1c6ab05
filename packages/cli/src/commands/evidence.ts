import { type Evidence, METHODS, type MethodRow, RECORD_TYPES, type RecordTypeRow } from '@freeway/marqeta';
import type { Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, table } from '../output.ts';

interface EvidenceOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

const HELP = `
Evidence: D documented, O in the OpenAPI file, C captured, S simulated, P reported by practitioners, I inferred by us. What
rests on I alone is worth a run of freeway simulate against the sandbox before it is relied on.

Examples:
  freeway evidence
  freeway evidence --all --json | jq '.types[] | select(.effect == "unexplained")'`;

export function registerEvidence(program: Command): void {
  program
    .command('evidence')
    .description('the transaction types and methods whose meaning here rests on inference only')
    .option('--all', 'all of them, with what supports each')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action(async ({ all = false, json = false }: EvidenceOptions) => {
        const chosen = ({ evidence }: { readonly evidence: readonly Evidence[] }): boolean =>
          all || isInferred(evidence);
        const [types, methods] = [RECORD_TYPES.filter(chosen), METHODS.filter(chosen)];
        if (json) printJson({ types: types.map(typeJson), methods: methods.map(methodJson) });
        else printEvidence(types, methods);
        return EXIT.ok;
      }),
    );
}

function isInferred(evidence: readonly Evidence[]): boolean {
  return evidence.every((tag) => tag === 'I');
}

function typeJson({ type, effect, counterpart, section, evidence, note }: RecordTypeRow): object {
  return { type, effect, counterpart, section, evidence, ...(note === undefined ? {} : { note }) };
}

function methodJson({ method, kind, side, section, evidence }: MethodRow): object {
  return { method, kind, side, section, evidence };
}

function noteOf(row: RecordTypeRow | undefined): string {
  return row?.note === undefined ? '' : `  ${row.note}`;
}

function printEvidence(types: readonly RecordTypeRow[], methods: readonly MethodRow[]): void {
  const lines = table(
    ['type', 'effect', 'section', 'evidence'],
    types.map(({ type, effect, section, evidence }) => [type, effect, section, evidence.join(' ')]),
  ).split('\n');
  // Not a column: it would be aligned with the longest.
  print(lines.map((line, index) => `${line}${index === 0 ? '' : noteOf(types[index - 1])}`).join('\n'));
  print('');
  print(
    table(
      ['method', 'kind', 'order', 'section', 'evidence'],
      methods.map(({ method, kind, side, section, evidence }) => [method, kind, side, section, evidence.join(' ')]),
    ),
  );
  const [typeCount, methodCount] = [RECORD_TYPES, METHODS].map(
    (rows) => `${rows.filter(({ evidence }) => isInferred(evidence)).length} of ${rows.length}`,
  );
  print(`\n${typeCount} types and ${methodCount} methods rest on inference only`);
}
