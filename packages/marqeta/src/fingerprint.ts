import { hash } from 'node:crypto';
import type { AmountFault, OwnerRef } from '@freeway/core';

/** What money.md *two keys* calls content. */
export interface Content {
  readonly method: string;
  readonly amountMinor: bigint;
  readonly amountFault: AmountFault | undefined;
  /** As sent; counts only when `amountFault` says that there are no minor units to compare. */
  readonly amountText: string;
  readonly currency: string;
  readonly cardToken: string | undefined;
  readonly owner: OwnerRef | undefined;
}

/**
 * 32 hex digits, equal for equal content. Amounts compare as money: `1.9` and `1.90` are equal. Every part carries its
 * length, so that no two different contents are the same text.
 */
export function fingerprintOf(content: Content): string {
  const { method, amountFault, currency, cardToken, owner } = content;
  const amount = amountFault === undefined ? `minor ${content.amountMinor}` : `text ${content.amountText}`;
  const text = part(method) + part(amount) + part(currency) + part(cardToken) + part(owner?.kind) + part(owner?.token);
  return hash('sha256', text, 'hex').slice(0, 32);
}

/** A text of bounded length that stands for any other. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}

function part(text: string | undefined): string {
  return text === undefined ? '-' : `${text.length}:${text}`;
}
