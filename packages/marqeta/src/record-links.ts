import type { RecordEffect, RecordLinks } from '@freeway/core';
import { digestOf } from './fingerprint.ts';
import { isObject, readEcho, readReference, readToken, type Writable } from './read-member.ts';
import type { WireOrder, WireRecord } from './wire-record.ts';

/** A token as a key. One that cannot be stored as it is has its digest, as in a request, so that both still meet. */
export function keyOf(value: unknown): string | undefined {
  const token = readToken(value);
  if (token !== null) return token;
  const echo = readEcho(value);
  return echo === undefined ? undefined : `sha256:${digestOf(echo)}`;
}

/**
 * An acquirer's reference is one booking's own on what is cleared and all that follows it; before that, networks put other
 * things there (PROTOCOL 6).
 */
const BEFORE_CLEARING: ReadonlySet<RecordEffect> = new Set([
  'hold',
  'increment',
  'advice',
  'release',
  'expiry',
  'expected_credit',
  'expected_credit_advice',
  'expected_credit_reversal',
]);

/** What a record says it belongs to (PROTOCOL 6). */
export function linksOf(
  record: WireRecord,
  { order, jit }: WireOrder,
  { token, type, effect }: { readonly token: string; readonly type: string; readonly effect: RecordEffect },
): RecordLinks {
  const { message } = record;
  const messageToken = keyOf(jit?.members['token']);
  // A refund belongs to no chain: its owner is looked up afresh (money.md *chain home*).
  const followsNothing = type === 'refund';
  const links: Writable<RecordLinks> = {
    parentTransactionTokens: followsNothing ? [] : distinct(parentTransactions(record), token),
    parentMessageTokens: followsNothing
      ? []
      : distinct(
          [
            jit?.members['original_jit_funding_token'],
            ...listAt(jit?.members['incremental_authorization_jit_funding_tokens']),
          ],
          messageToken,
        ),
  };
  if (messageToken !== undefined) links.messageToken = messageToken;
  const legToken = keyOf(order?.members['transaction_token']);
  if (legToken !== undefined && legToken !== token) links.fundingLegToken = legToken;
  const orderToken = keyOf(order?.members['token']);
  if (orderToken !== undefined) links.orderToken = orderToken;
  const lifecycleId = readReference(message['network_transaction_lifecycle_id']);
  if (lifecycleId !== undefined) links.lifecycleId = lifecycleId;
  const reference =
    readReference(message['acquirer_reference_data']) ?? readReference(message['acquirer_reference_id']);
  if (reference !== undefined && !BEFORE_CLEARING.has(effect)) links.acquirerReference = reference;
  return links;
}

/** Nearest first. */
function parentTransactions({ message }: WireRecord): unknown[] {
  const { preceding_transaction: preceding, chargeback } = message;
  return [
    message['preceding_related_transaction_token'],
    isObject(preceding) ? preceding['token'] : undefined,
    isObject(chargeback) ? chargeback['transaction_token'] : undefined,
    ...listAt(message['incremental_authorization_transaction_tokens']),
    message['original_transaction_token'],
  ];
}

function distinct(tokens: readonly unknown[], own: string | undefined): string[] {
  const keys = tokens.map(keyOf).filter((key) => key !== undefined && key !== own);
  return [...new Set(keys)] as string[];
}

function listAt(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
