import {
  type SandboxOutcome,
  type Scenario,
  type StepEffect,
  type StepOutcome,
  toDecimalText,
} from '@freeway/simulator';
import { print } from '../output.ts';

export function printHeading({ name, title }: Scenario): void {
  print(`${name}: ${title}`);
}

/** One line for each step; what is wrong with it below. */
export function printStep({ account }: Scenario, { step, expected, actual, faults }: StepOutcome): void {
  const { currency } = account;
  const mark = faults.length === 0 ? 'ok  ' : 'DIFF';
  const what = `${step.type} ${toDecimalText(step.amountMinor, currency)}`;
  print(`  ${mark}  ${step.name.padEnd(20)} ${what.padEnd(50)} ${effectText(actual, currency)}`);
  if (faults.length === 0) return;
  print(`        ${''.padEnd(20)} ${'expected'.padStart(50)} ${effectText(expected, currency)}`);
  for (const fault of faults) print(`        ${fault}`);
}

export function printSandboxStep({ step, status, notes }: SandboxOutcome): void {
  print(`  ${status.padEnd(9)}  ${step.name.padEnd(20)} ${step.type}`);
  for (const note of notes) print(`             ${note}`);
}

/** `approved, held +50.00, posted -50.00, listed cleared_beyond_hold`. */
function effectText(effect: StepEffect, currency: string): string {
  const { answer, postedMinor, heldMinor, pendingMinor, exceptions } = effect;
  const moves = Object.entries({ held: heldMinor, posted: postedMinor, pending: pendingMinor })
    .filter(([, minor]) => minor !== 0n)
    .map(([name, minor]) => `${name} ${minor > 0n ? '+' : ''}${toDecimalText(minor, currency)}`);
  const parts = [...(answer === undefined ? [] : [answer]), ...(moves.length === 0 ? ['nothing moved'] : moves)];
  return [...parts, ...(exceptions.length === 0 ? [] : [`listed ${exceptions.join(', ')}`])].join(', ');
}

export function stepJson({ account }: Scenario, outcome: StepOutcome): object {
  const { step, transactionToken, expected, actual, faults } = outcome;
  return {
    step: step.name,
    type: step.type,
    amount: toDecimalText(step.amountMinor, account.currency),
    transaction: transactionToken,
    ok: faults.length === 0,
    expected: effectJson(expected, account.currency),
    actual: effectJson(actual, account.currency),
    faults,
  };
}

function effectJson(
  { answer, postedMinor, heldMinor, pendingMinor, exceptions }: StepEffect,
  currency: string,
): object {
  return {
    ...(answer === undefined ? {} : { answer }),
    posted: toDecimalText(postedMinor, currency),
    held: toDecimalText(heldMinor, currency),
    pending: toDecimalText(pendingMinor, currency),
    exceptions,
  };
}
