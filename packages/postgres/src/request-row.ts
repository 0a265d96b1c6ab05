import type { Proposal } from '@freeway/core';
import { numberField, numbersField, rowLiteral, textField } from './row-literal.ts';

/** A proposal as an element of authorization_request[] (migrations/0018_rows.sql); `place` is that of its account in the batch. */
export function requestRow(proposal: Proposal, place: number | undefined): string {
  const { request, decision, versions } = proposal;
  const reservation = decision.outcome === 'approve' ? decision.reservation : undefined;
  const refusal = decision.outcome === 'decline' ? decision : undefined;
  return rowLiteral([
    numberField(place),
    textField(request.messageToken),
    textField(request.transactionToken),
    request.fingerprint,
    textField(versions.owner?.ref.kind ?? request.owner?.kind),
    textField(versions.owner?.ref.token ?? request.owner?.token),
    numberField(versions.owner?.version),
    textField(versions.actingUser?.token),
    numberField(versions.actingUser?.version),
    textField(request.cardToken),
    numberField(versions.card?.version),
    reservation === undefined ? 'f' : 't',
    reservation?.effect === 'hold' ? 't' : 'f',
    textField(refusal?.reason),
    numberField(refusal?.limitId),
    textField(request.method),
    request.kind,
    reservation?.effect ?? 'none',
    reservation?.messageClass ?? 'dual',
    numberField(request.amountMinor),
    textField(request.currency),
    textField(proposal.chainToken),
    numberField(reservation?.chainMaxMinor),
    numbersField(reservation?.counters.map(({ limitId }) => limitId)),
    numberField(proposal.attemptId),
    numberField(proposal.countedAtMs),
    numberField(request.createdAtMs),
    numberField(expiresAtMs(proposal)),
  ]);
}

/** A single-message hold never expires by time (money.md *nothing is posted on our own word*). */
function expiresAtMs({ request, decision }: Proposal): number | undefined {
  if (decision.outcome === 'decline' || decision.reservation.messageClass === 'single') return undefined;
  return request.expiresAtMs;
}
