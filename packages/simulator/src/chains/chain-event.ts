import { toMinor } from '../decimal-money.ts';
import type { Deed } from '../records/deed.ts';
import type { ClearingSigns, Happening } from '../records/happening.ts';
import type { Merchant } from '../merchants.ts';
import type { Message } from '../message.ts';

/** One step of a chain, by the gateway's answer or by the platform's record of the same transaction, which beats it. */
export interface ChainEvent {
  readonly token: string;
  readonly source: 'answer' | 'record';
  readonly deed: Deed;
  readonly isApproved: boolean;
  readonly amountMinor: bigint;
  /** The second of its `created_time`. */
  readonly second: number;
  /** Answers have none: they come before every record of their second. */
  readonly identifier: bigint;
  /** A single message that is done, as opposed to one that is only held. */
  readonly isDone: boolean;
  readonly isFast: boolean;
  readonly merchant: Merchant;
  readonly clearing?: ClearingSigns;
  readonly dispute?: { readonly caseToken: string; readonly creditsUser: boolean };
}

export function eventOfRecord(happening: Happening): ChainEvent {
  const { kind, message, verdict, identifier, amountMinor, clearing, dispute } = happening;
  return {
    token: message.transactionToken,
    source: 'record',
    deed: kind.deed,
    isApproved: verdict.isApproved,
    amountMinor,
    second: secondOf(message),
    identifier,
    isDone: kind.state === 'COMPLETION',
    isFast: message.fastFunds === true,
    merchant: message.merchant,
    ...(clearing === undefined ? {} : { clearing }),
    // money.md *disputes*: a chargeback credits where it says so and brings the order that does it.
    ...(dispute === undefined
      ? {}
      : {
          dispute: {
            caseToken: dispute.caseToken,
            creditsUser: dispute.creditsUser && kind.order === 'gpa_order_unload' && !happening.isBare,
          },
        }),
  };
}

/** What our gateway's approval does by itself; undefined when it moves nothing. It never posts (money.md *nothing is posted on our own word*). */
export function eventOfAnswer(message: Message): ChainEvent | undefined {
  const amountMinor = toMinor(message.amountText, message.currency) ?? 0n;
  const deed = DEEDS[message.kind.effect];
  if (amountMinor === 0n || deed === undefined) return undefined;
  return {
    token: message.transactionToken,
    source: 'answer',
    deed: deed === 'hold' && message.kind.isSingle ? 'single' : deed,
    isApproved: true,
    amountMinor,
    second: secondOf(message),
    identifier: -1n,
    isDone: false,
    isFast: false,
    merchant: message.merchant,
  };
}

const DEEDS: Readonly<Record<Message['kind']['effect'], Deed | undefined>> = {
  hold: 'hold',
  increment: 'hold_more',
  expected_credit: 'promise',
  verification: undefined,
  balance_inquiry: undefined,
};

function secondOf({ receivedAtMs }: Message): number {
  return Math.floor(receivedAtMs / 1000);
}
