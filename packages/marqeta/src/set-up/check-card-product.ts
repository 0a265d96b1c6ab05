import type { WireObject } from '../read-member.ts';
import { ask, expectThat, failed, member, ok, type SetUpCheck, textOf, tokenOf } from './set-up-check.ts';

/** A card product that is funded by Gateway JIT, and by which funding source (PROTOCOL 2.2). */
export interface FundedProduct {
  readonly product: WireObject;
  readonly fundingSource: string;
}

/** Undefined for what is funded otherwise, or no longer active. */
export function fundedProduct(product: WireObject): FundedProduct | undefined {
  const funding = member(product, 'config', 'jit_funding', 'programgateway_funding_source');
  if (product['active'] === false || member(funding, 'enabled') !== true) return undefined;
  return { product, fundingSource: textOf(member(funding, 'funding_source_token')) };
}

/** How a card product is wired to the gateway. */
export function checkCardProduct({ product }: FundedProduct): SetUpCheck[] {
  const name = `card product ${tokenOf(product)}`;
  const funding = member(product, 'config', 'jit_funding', 'programgateway_funding_source');
  const controls = member(product, 'config', 'transaction_controls');
  const destination = textOf(member(funding, 'refunds_destination'));
  return [
    expectThat(
      destination === 'GATEWAY',
      `${name} refunds_destination`,
      destination,
      'set GATEWAY: refunds would build a balance at Marqeta from which later purchases are paid without asking us',
    ),
    expectThat(
      member(funding, 'always_fund') === true,
      `${name} always_fund`,
      textOf(member(funding, 'always_fund')),
      'set true: we are then asked for the whole amount, whatever lies at Marqeta',
    ),
    partialApproval(name, controls),
  ];
}

function partialApproval(name: string, controls: unknown): SetUpCheck {
  const label = `${name} enable_partial_auth_approval`;
  if (member(controls, 'enable_partial_auth_approval') !== true) return ok(label, 'off: all or nothing');
  // PROTOCOL 2.2: these two exclude each other.
  if (member(controls, 'allow_mcc_group_authorization_controls') === true)
    return failed(label, 'on, beside allow_mcc_group_authorization_controls', 'turn one of the two off');
  return ask(
    label,
    'on',
    'Freeway approves all or nothing, so it has no effect here: turn it off unless somebody wants it',
  );
}
