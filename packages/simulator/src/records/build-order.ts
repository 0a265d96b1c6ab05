import { toMinor } from '../decimal-money.ts';
import {
  addressVerification,
  chainTraits,
  firstTokenOf,
  fundingLegToken,
  fundingSource,
  MASKED_SOURCE,
  messageAmount,
  moneyAmount,
  owners,
} from '../transaction-parts.ts';
import type { GatewayExchange, Happening, PlatformVerdict } from './happening.ts';
import type { Random } from '../random.ts';

/**
 * The funding part of a record: `gpa_order` or `gpa_order_unload` with its outcome and the log of the gateway (PROTOCOL
 * sections 3.4 and 7.5). Empty for a record that has none.
 */
export function buildOrder(happening: Happening, random: Random): object {
  const { kind, message, verdict, asked } = happening;
  if (kind.order === undefined || happening.isBare) return {};
  const isAmount = toMinor(message.amountText, message.currency) !== undefined;
  const amount = isAmount ? moneyAmount(happening.amountMinor, message) : messageAmount(message);
  const second = `${new Date(message.receivedAtMs).toISOString().slice(0, 19)}Z`;
  const order = {
    token: chainTraits(firstTokenOf(message)).orderToken,
    amount,
    transaction_token: fundingLegToken(message),
    state: orderState(happening),
    funding: {
      amount,
      source: fundingSource(),
      ...(asked === undefined ? {} : { gateway_log: gatewayLog(happening, asked) }),
    },
    funding_source_token: MASKED_SOURCE,
    ...(kind.method === undefined ? {} : { jit_funding: funding(happening, kind.method, amount, random) }),
    ...owners(message),
    ...(kind.order === 'gpa_order' ? { currency_code: message.currency } : {}),
    created_time: second,
    last_modified_time: second,
    response: orderResponse(verdict, asked),
    ...answerTexts(asked),
  };
  return { [kind.order]: order };
}

function funding({ message }: Happening, method: string, amount: unknown, random: Random): object {
  return {
    token: message.messageToken,
    method,
    ...owners(message),
    amount,
    ...(message.extends ? { original_jit_funding_token: message.extends.messageToken } : {}),
    ...(message.merchant.channel === 'ECOMMERCE' ? { address_verification: addressVerification(random) } : {}),
  };
}

function orderState({ kind, verdict }: Happening): string {
  if (!verdict.isApproved) return 'DECLINED';
  return kind.deed === 'give_all_back' || kind.deed === 'lapse'
    ? 'REVERSED'
    : kind.state === 'CLEARED'
      ? 'PENDING'
      : kind.state;
}

/** PROTOCOL section 7.2: what the gateway did not fund is `1842`, whatever the transaction's own code. */
function orderResponse({ isApproved, code, memo }: PlatformVerdict, asked: GatewayExchange | undefined): object {
  if (isApproved || asked === undefined || asked.answer?.status === 200) return { code, memo };
  return { code: '1842', memo: 'Account load failed' };
}

function gatewayLog({ message }: Happening, { durationMs, timedOut, answer }: GatewayExchange): object {
  const common = { order_number: message.transactionToken, duration: durationMs, timed_out: timedOut };
  if (answer === undefined || timedOut)
    return {
      ...common,
      message: timedOut ? 'Gateway timed out' : 'Connection error',
      transaction_id: message.messageToken,
    };
  const logged = { response: { code: String(answer.status), data: readJson(answer.body) } };
  if (answer.status === 200)
    return {
      ...common,
      transaction_id: message.messageToken,
      message: 'Approved or completed successfully',
      ...logged,
    };
  if (answer.status === 402)
    return { ...common, transaction_id: message.messageToken, message: 'Declined by gateway.', ...logged };
  return { ...common, message: 'Gateway error', response: { code: String(answer.status) } };
}

/** PROTOCOL section 7.1: what the gateway put into `memo` and `tags` comes back in the order. */
function answerTexts(asked: GatewayExchange | undefined): object {
  if (asked?.answer === undefined || asked.timedOut) return {};
  const body = readJson(asked.answer.body) as { readonly jit_funding?: Readonly<Record<string, unknown>> } | undefined;
  const { memo, tags } = body?.jit_funding ?? {};
  return { ...(memo === undefined ? {} : { memo }), ...(tags === undefined ? {} : { tags }) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
