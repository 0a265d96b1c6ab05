import type { AmountFault } from './decimal.ts';
import type { OwnerRef } from './facts.ts';

/**
 * What a request asks of us, in our words; the wire's method names map onto it in one table (`marqeta`).
 * Loads take money out of the account, unloads bring money in, the rest move nothing.
 */
export type RequestKind =
  | 'authorization' // load: a hold, cleared later (dual message)
  | 'increment' // load: more on an existing hold
  | 'single_message' // load: a hold that the COMPLETION record posts
  | 'refund_authorization' // unload: an expected credit
  | 'original_credit' // unload: an expected credit
  | 'credit' // unload: single-message credit (refund, cash load): expected until its record posts it
  | 'verification' // status only
  | 'balance_inquiry'
  | 'notice' // informative or an inquiry without money: acknowledged
  | 'refused_method'; // a method that the operator's setting refuses

/** One funding request, decoded. Immutable; everything `decide` and the ledger need and nothing of the wire. */
export interface AuthorizationRequest {
  readonly transactionToken: string;
  /** The token of this very message; a repeat of the message carries it again (money.md *two keys*). */
  readonly messageToken: string;
  /** The wire's method, kept for the record and for *two keys*; nothing decides on it. */
  readonly method: string;
  readonly kind: RequestKind;
  /** Minor units. 0n when `amountFault` is set. */
  readonly amountMinor: bigint;
  readonly amountFault?: AmountFault;
  readonly currency: string;
  /** Who pays (money.md *payer*); undefined when the message names no owner at all. */
  readonly owner?: OwnerRef;
  /** Whose status and limits also apply, when it is not the owner (money.md *payer*). */
  readonly actingUserToken?: string;
  readonly cardToken?: string;
  /** Transaction that this one follows, when the message names one. */
  readonly precedingTransactionToken?: string;
  /** First message of the chain, when the message names one. */
  readonly originalMessageToken?: string;
  readonly merchant: Merchant;
  /** Milliseconds since the epoch, UTC: the platform's word for when it happened; it selects counter windows. */
  readonly occurredAtMs: number;
  /** Milliseconds since the epoch, UTC: when the platform made the transaction; a chain is ordered by it. */
  readonly createdAtMs: number;
  /** When the hold lapses by the platform's word, ms since the epoch. */
  readonly expiresAtMs?: number;
  readonly isPreauthorization: boolean;
  readonly fastFunds: boolean;
  readonly network?: string;
  /** Equal for equal content as money.md *two keys* defines it: method, amount, currency, card and owner. 32 hex digits. */
  readonly fingerprint: string;
}

export interface Merchant {
  readonly id?: string;
  /** Four-character category code. */
  readonly category?: string;
  readonly name?: string;
  readonly country?: string;
}
