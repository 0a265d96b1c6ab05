import {
  APPROVED,
  DECLINED_ELSEWHERE,
  declinedFor,
  type GatewayExchange,
  type Happening,
  NOT_FUNDED,
  PARTLY_APPROVED,
} from '../records/happening.ts';
import { declineReasonOf } from '../check-answer.ts';
import { recordKindOf, standInKindOf } from '../records/record-kind.ts';
import { toMinor } from '../decimal-money.ts';
import type { Conduct } from './conduct.ts';
import type { Message } from '../message.ts';
import type { Random } from '../random.ts';

export type Conclusion = Omit<Happening, 'identifier'>;

/**
 * What becomes of a transaction that the gateway was asked about: its record. An answer counts unless it came too late;
 * where none counts, Commando decides or the transaction is declined (PROTOCOL sections 8 and 9).
 */
export function concludeAsked(
  message: Message,
  asked: GatewayExchange,
  { conduct, random, mayStandIn }: { readonly conduct: Conduct; readonly random: Random; readonly mayStandIn: boolean },
): Conclusion {
  const kind = recordKindOf(message.kind);
  const amountMinor = toMinor(message.amountText, message.currency) ?? 0n;
  const common = { kind, message, amountMinor, ...follows(message) };
  const { answer } = asked;
  const isLate = asked.timedOut || (answer !== undefined && random.chance(conduct.judgedLate));
  const heard: GatewayExchange = isLate
    ? { ...asked, timedOut: true, durationMs: Math.max(3000, asked.durationMs) }
    : asked;
  if (isLate || answer === undefined || (answer.status !== 200 && answer.status !== 402)) {
    if (!mayStandIn || amountMinor === 0n || !random.chance(conduct.commando))
      return { ...common, asked: heard, verdict: NOT_FUNDED };
    return {
      ...common,
      kind: standInKindOf(message.kind, random.chance(0.3)),
      standInBy: 'COMMANDO_AUTO',
      verdict: APPROVED,
    };
  }
  if (answer.status === 402) return { ...common, asked: heard, verdict: declinedFor(declineReasonOf(answer)) };
  if (random.chance(conduct.declinedElsewhere)) return { ...common, asked: heard, verdict: DECLINED_ELSEWHERE };
  if (kind.deed === 'hold' && amountMinor > 1n && random.chance(conduct.partlyApproved)) {
    const less = (amountMinor * BigInt(random.between(20, 90))) / 100n + 1n;
    return { ...common, asked: heard, amountMinor: less, requestedMinor: amountMinor, verdict: PARTLY_APPROVED };
  }
  return { ...common, asked: heard, verdict: APPROVED };
}

/** PROTOCOL section 9.2: the network approved while the platform could not be reached; nobody was asked. */
export function networkStandIn(message: Message, isBare: boolean): Conclusion {
  return {
    kind: recordKindOf(message.kind),
    message,
    amountMinor: toMinor(message.amountText, message.currency) ?? 0n,
    standInBy: 'NETWORK',
    verdict: APPROVED,
    ...(isBare ? { isBare: true } : {}),
  };
}

function follows({ extends: first }: Message): { readonly follows?: string } {
  return first === undefined ? {} : { follows: first.transactionToken };
}
