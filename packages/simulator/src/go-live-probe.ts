import { purchaseText } from './purchase-text.ts';

/** A purchase with a card that nobody has: what a gateway is asked before it goes live (PROTOCOL section 3). */
export function strangersPurchase(token: string): string {
  return purchaseText({ userToken: token, cardToken: token, currency: 'USD', amount: '1.00', token });
}

export type Refusal =
  | { readonly ok: true; readonly reason: string }
  /** Why the platform would not read it as a refusal with a reason. */
  | { readonly ok: false; readonly fault: string };

/** Reads the answer to a stranger's purchase as the platform would (PROTOCOL section 7.1). */
export function readRefusal(status: number, body: string, token: string): Refusal {
  if (status !== 402) return { ok: false, fault: `${status}, which is no refusal` };
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { ok: false, fault: '402 with a body that is not JSON' };
  }
  const funding = (answer as { readonly jit_funding?: Readonly<Record<string, unknown>> } | null)?.jit_funding;
  if (funding?.['token'] !== token || funding['amount'] !== 1)
    return { ok: false, fault: '402 that does not echo the request' };
  const reason = funding['decline_reason'];
  return typeof reason === 'string' && reason !== ''
    ? { ok: true, reason }
    : { ok: false, fault: '402 without a reason, which reads as a lack of money' };
}

/** What the platform sends to see whether a webhook's URL lives (PROTOCOL section 10.4). */
export const PING = '{"pings":[{"token":"marqeta","payload":"healthcheck"}]}';
