import { type Invariant, verifyLedger } from '@freeway/postgres';
import type { Command } from 'commander';
import { withDatabase } from '../database.ts';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { webhookCheckOf } from '../webhook-check.ts';
import { type ExpectedHead, parseHead, runVerifyChain } from './verify-chain.ts';

interface Options {
  readonly json?: boolean;
  readonly chain?: boolean;
  readonly expect?: ExpectedHead;
}

const HELP = `
Examples:
  freeway verify
  freeway verify --json | jq '.[] | select(.ok | not)'
  freeway verify --chain
  freeway verify --chain --expect 120:$(cat head-of-block-120)`;

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description("check the ledger's invariants on one snapshot of the running system; exits 1 if any is violated")
    .option('--chain', 'compare every decision, booking and audit record with the sealed record instead')
    .option('--expect <head>', 'with --chain: a head printed earlier, which the chain must still have', parseHead)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action(({ json = false, chain = false, expect }: Options, command: Command) => {
        if (expect !== undefined && !chain) return command.error('error: --expect needs --chain');
        return withDatabase(async (database) => {
          if (chain) return runVerifyChain(database, { expect, json });
          const { postgres, settings } = database;
          const invariants = await verifyLedger(postgres, { webhooks: webhookCheckOf(settings) });
          if (json) printJson(invariants.map(toJson));
          else printInvariants(invariants);
          return invariants.every((invariant) => invariant.ok) ? EXIT.ok : EXIT.refused;
        });
      }),
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
