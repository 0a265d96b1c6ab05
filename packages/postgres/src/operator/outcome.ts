import type { FactKind, OwnerRef } from '@freeway/core';

/** Why a verb did nothing. A refusal is a value; exceptions are faults of the database or bugs. */
export type RefusalCode =
  | 'invalid_input'
  | 'unknown_owner'
  | 'unknown_card'
  | 'unknown_account'
  | 'unknown_subject'
  | 'unknown_exception'
  | 'exception_settled'
  | 'immutable'
  | 'account_closing'
  | 'account_closed'
  | 'account_frozen'
  | 'insufficient_funds'
  | 'key_reused'
  | 'token_reused';

export interface Refused {
  readonly status: 'refused';
  readonly code: RefusalCode;
  /** One sentence for a person; carries no secret. */
  readonly message: string;
}

/** A cached fact that is out of date now. Versions make that harmless; telling caches keeps their hit rate. */
export interface ChangedFact {
  readonly kind: FactKind;
  readonly key: string;
}

export type PutStatus = 'created' | 'updated' | 'unchanged' | 'lifted';

export interface Put {
  readonly status: PutStatus;
  /** What was put, as in the audit: `card:c_1`. */
  readonly subject: string;
  readonly changed: readonly ChangedFact[];
}

export type PutOutcome = Put | Refused;

export function refused(code: RefusalCode, message: string): Refused {
  return { status: 'refused', code, message };
}

/** An owner's limits are of its fact. */
export function ownerChanges({ kind, token }: OwnerRef): ChangedFact[] {
  return [{ kind: 'owner', key: `${kind}:${token}` }];
}

export function cardChanges(token: string): ChangedFact[] {
  return [{ kind: 'card', key: token }];
}
