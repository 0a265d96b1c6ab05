import { ATM, MERCHANTS } from './merchants.ts';
import { createSkew, createWeighted } from './skew.ts';
import { MESSAGE_KINDS } from './message.ts';
import { price } from './message-variants.ts';
import { toDecimalText } from './decimal-money.ts';
import type { Message, MessageKind, MessageKindName } from './message.ts';
import type { ProgrammeCard } from './programme.ts';
import type { Random } from './random.ts';

/** How often each way to write an amount is used. */
const FORM_SHARES = { shortest: 50, one_decimal: 25, padded: 20, exponent: 2, quoted: 3 };

/** Share of programmes still on Transaction Model v1. */
const V1_SHARE = 0.1;

/** Share of original credits whose money must be usable at once. */
const FAST_SHARE = 0.4;

/** New transactions of any kind for a card: somewhere, for some amount. */
export function createFreshMessages(
  random: Random,
): (kindName: MessageKindName, card: ProgrammeCard, nowMs: number) => Message {
  const drawForm = createWeighted(random, FORM_SHARES);
  const drawMerchant = createSkew(random, MERCHANTS.length);
  return (kindName, card, nowMs) => {
    const kind: MessageKind = MESSAGE_KINDS[kindName];
    const merchant = kind.subnetwork === 'VISAPLUS' ? ATM : (MERCHANTS[drawMerchant()] ?? ATM);
    const isFree = kind.effect === 'verification' || kind.effect === 'balance_inquiry';
    const amountMinor = isFree ? 0n : price(random, merchant.cents, card.currency);
    return {
      kind,
      transactionToken: random.uuid(),
      messageToken: random.uuid(),
      payer: card.payer,
      userToken: card.userToken,
      cardToken: card.token,
      lastFour: card.lastFour,
      amountText: toDecimalText(amountMinor, card.currency),
      amountForm: drawForm(),
      currency: card.currency,
      merchant,
      receivedAtMs: nowMs,
      ...(kind.extendable && merchant.mcc === '7011' ? { isPreauthorization: true } : {}),
      ...(kindName === 'original_credit' && random.chance(FAST_SHARE) ? { fastFunds: true } : {}),
      model: random.chance(V1_SHARE) ? 1 : 2,
    };
  };
}
