import type { AccountState, Counterpart, OwnerRef } from '@freeway/core';
import { availableMinor, ledgerKey } from './ledger-state.ts';
import type { LedgerState, ModelAccount, ModelDecision } from './ledger-state.ts';
import { reserve } from './reserve.ts';
import { bookMove } from './settle.ts';

export interface OpenAccount {
  readonly verb: 'open_account';
  readonly accountId: string;
  readonly owner: OwnerRef;
  readonly currency: string;
  /** Default `open`. */
  readonly state?: AccountState;
}

/** A ledger transaction: idempotent by `key`, always with a counterpart (money.md *Books*). */
export interface MoveMoney {
  readonly verb: 'credit' | 'debit';
  readonly accountId: string;
  readonly amountMinor: bigint;
  readonly key: string;
  readonly counterpart: Counterpart;
}

export interface SetCreditLine {
  readonly verb: 'set_credit_line';
  readonly accountId: string;
  readonly creditLineMinor: bigint;
}

/** An authorization that was open before the cut-over: it holds, and took nothing from our counters. */
export interface ImportHold {
  readonly verb: 'import_hold';
  readonly accountId: string;
  readonly chainToken: string;
  /** What is left of it. */
  readonly amountMinor: bigint;
  readonly countedAtMs: number;
  readonly expiresAtMs?: number;
}

/** What an operator does besides authorizations, as data. `touch_*` stands for any change that raises a version. */
export type OperatorCommand =
  | OpenAccount
  | MoveMoney
  | SetCreditLine
  | ImportHold
  | { readonly verb: 'touch_owner'; readonly owner: OwnerRef }
  | { readonly verb: 'touch_card'; readonly token: string };

/** @throws Error for a command that an operator would see refused */
export function applyOperatorCommand(state: LedgerState, command: OperatorCommand): void {
  switch (command.verb) {
    case 'open_account':
      return openAccount(state, command);
    case 'credit':
    case 'debit':
      return moveMoney(state, command);
    case 'set_credit_line':
      existing(state, command.accountId).creditLineMinor = command.creditLineMinor;
      return;
    case 'import_hold':
      return importHold(state, command);
    case 'touch_owner':
      return touch(state.ownerVersions, ledgerKey(command.owner.kind, command.owner.token));
    case 'touch_card':
      return touch(state.cardVersions, command.token);
  }
}

/** An owner has one account per currency (money.md *payer*); its accounts are part of what an owner's version covers. */
function openAccount(state: LedgerState, { accountId, owner, currency, state: accountState }: OpenAccount): void {
  const taken = [...state.accounts.values()].some(
    (other) =>
      other.accountId === accountId ||
      (other.owner?.kind === owner.kind && other.owner.token === owner.token && other.currency === currency),
  );
  if (taken) throw new Error(`an account ${accountId}, or one of that owner in ${currency}, is there already`);
  state.accounts.set(accountId, {
    accountId,
    owner,
    currency,
    state: accountState ?? 'open',
    postedMinor: 0n,
    heldMinor: 0n,
    pendingCreditMinor: 0n,
    creditLineMinor: 0n,
  });
  touch(state.ownerVersions, ledgerKey(owner.kind, owner.token));
}

function moveMoney(state: LedgerState, { verb, accountId, amountMinor, key, counterpart }: MoveMoney): void {
  const account = existing(state, accountId);
  if (amountMinor <= 0n) throw new Error('money moves by a positive amount');
  const signedMinor = verb === 'credit' ? amountMinor : -amountMinor;
  const before = state.moves.find((move) => move.key === key);
  if (before !== undefined) {
    const same = before.accountId === accountId && before.amountMinor === signedMinor;
    if (!same) throw new Error(`the key ${key} was used for another move`);
    return;
  }
  // money.md *below zero*: only a record that cannot be refused may do that, and a command can be.
  if (verb === 'debit' && availableMinor(account) < amountMinor) throw new Error('not enough available money');
  const move = { key, accountId, counterpart, amountMinor: signedMinor };
  state.moves.push(move);
  bookMove(state, move);
}

/** Stored as a decision of ours that took nothing from counters, so that records find what they follow. */
function importHold(state: LedgerState, command: ImportHold): void {
  const { accountId, chainToken, amountMinor, countedAtMs, expiresAtMs } = command;
  const account = existing(state, accountId);
  // Idempotent by token: the same file may be imported twice.
  if (state.decisionsByTransaction.has(chainToken)) return;
  const imported: ModelDecision = {
    decisionId: String(state.decisions.length + 1),
    messageToken: chainToken,
    transactionToken: chainToken,
    accountId,
    fingerprint: '',
    outcome: 'approve',
    reason: undefined,
    limitId: undefined,
    effect: 'hold',
    messageClass: 'dual',
    amountMinor,
    currency: account.currency,
    chainToken,
    createdAtMs: countedAtMs,
    countedAtMs,
    expiresAtMs,
    taken: [],
    isOvertaken: false,
    isImported: true,
    isVoided: false,
  };
  state.decisions.push(imported);
  state.decisionsByMessage.set(chainToken, imported);
  state.decisionsByTransaction.set(chainToken, imported);
  state.outbox.push({ decisionId: imported.decisionId, record: '{"source":"import"}' });
  reserve(state, imported, account, chainToken);
}

function existing(state: LedgerState, accountId: string): ModelAccount {
  const account = state.accounts.get(accountId);
  if (account === undefined) throw new Error(`no account ${accountId}`);
  return account;
}

function touch(versions: Map<string, number>, key: string): void {
  versions.set(key, (versions.get(key) ?? 0) + 1);
}
