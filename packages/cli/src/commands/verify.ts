import { type Invariant, verifyLedger } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { webhookCheckOf } from '../webhook-check.ts';

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description("check the ledger's invariants on one snapshot of the running system; exits 1 if any is violated")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', "\nExamples:\n  freeway verify\n  freeway verify --json | jq '.[] | select(.ok | not)'")
    .action(
      action(({ json = false }: { json?: boolean }) =>
        withDatabase(async ({ postgres, settings }) => {
          const invariants = await verifyLedger(postgres, { webhooks: webhookCheckOf(settings) });
          if (json) printJson(invariants.map(toJson));
          else printInvariants(invariants);
          return invariants.every((invariant) => invariant.ok) ? EXIT.ok : EXIT.refused;
        }),
      ),
    );
}

function toJson({ name, rule, ok, violationCount, violations, listed }: Invariant): object {
  return { name, rule, ok, violation_count: violationCount, violations, listed };
}

function printInvariants(invariants: readonly Invariant[]): void {
  for (const { name, rule, ok, violationCount, violations, listed } of invariants) {
    print(ok ? `ok        ${name}` : `VIOLATED  ${name} (${rule}): ${violationCount}`);
    for (const row of violations) print(`          ${JSON.stringify(row)}`);
    if (violationCount > violations.length) print(`          and ${violationCount - violations.length} more`);
    for (const row of listed) print(`          listed: ${JSON.stringify(row)}`);
  }
  const violated = invariants.filter((invariant) => !invariant.ok).length;
  print(
    violated === 0
      ? `all ${invariants.length} invariants hold`
      : `${violated} of ${invariants.length} invariants are violated`,
  );
}
