import { type AuthorizationRequest, type Facts, instantText } from '@freeway/core';
import type { StageTimer } from '@freeway/runtime';

/**
 * What the archive shall know of a request besides what its decision's row says: JSON, snake_case, written with the decision. Our
 * words, not the wire's: no personal data beyond tokens and the merchant.
 */
export function recordOf(
  request: AuthorizationRequest,
  facts: Facts,
  source: 'http' | 'message',
  timer: StageTimer,
): string {
  return JSON.stringify({
    source,
    amount_fault: request.amountFault,
    owner: request.owner,
    acting_user_token: request.actingUserToken,
    preceding_transaction_token: request.precedingTransactionToken,
    merchant: request.merchant,
    network: request.network,
    occurred_at: instantText(request.occurredAtMs),
    // money.md "ownership": the platform's word differs from ours; the worker corrects our fact from it
    card_owner_differs: ownerDiffers(request, facts) || undefined,
    stages_ms: timer.timings(),
  });
}

function ownerDiffers(request: AuthorizationRequest, facts: Facts): boolean {
  const known = facts.card?.owner;
  if (known === undefined || request.owner === undefined) return false;
  if (known.kind === 'business') return request.owner.kind === 'business' && known.token !== request.owner.token;
  const holder = request.actingUserToken ?? (request.owner.kind === 'user' ? request.owner.token : undefined);
  return holder !== undefined && holder !== known.token;
}
