import type { AuthorizationRequest, Decision, Proposal, Reservation } from '@freeway/core';
import { buildRequest } from './build-request.ts';
import { override } from './overrides.ts';
import type { Overrides } from './overrides.ts';

/** Approval that asks for a dual-message hold without counters, unless told otherwise. */
export function approval(reservation: Overrides<Reservation> = {}): Decision {
  return {
    outcome: 'approve',
    reservation: override<Reservation>({ effect: 'hold', messageClass: 'dual', counters: [] }, reservation),
  };
}

/** A proposal to hold what `buildRequest` asks on account 1, as the first of its chain, with no versions to compare. */
export function buildProposal(
  overrides: Omit<Overrides<Proposal>, 'request'> & { readonly request?: Overrides<AuthorizationRequest> } = {},
): Proposal {
  const { request: requestOverrides, ...rest } = overrides;
  const request = buildRequest(requestOverrides);
  return override<Proposal>(
    {
      request,
      decision: approval(),
      accountId: '1',
      chainToken: request.transactionToken,
      countedAtMs: request.occurredAtMs,
      versions: {},
      record: '{}',
    },
    rest,
  );
}
