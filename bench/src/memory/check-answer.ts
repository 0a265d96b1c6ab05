import type { JitRequest } from './create-requests.ts';

export type CheckedAnswer =
  | { readonly outcome: 'approved' }
  | { readonly outcome: 'declined'; readonly reason: string }
  | { readonly outcome: 'wrong'; readonly fault: string };

/** The only decline that the bench's programme can earn: its busiest cards reach their day's amount. */
const EARNED_REASON = 'AMOUNT_LIMIT_EXCEEDED';

/** What the answer says, or what is wrong with it: PROTOCOL section 7 wants 200 or 402 with the request's own words. */
export function checkAnswer(request: JitRequest, status: number, body: string): CheckedAnswer {
  if (status !== 200 && status !== 402) return wrong(`status ${status}`);
  const funding = fundingOf(body);
  if (funding === undefined) return wrong('no jit_funding in the answer');
  const expected = {
    token: request.token,
    method: request.method,
    user_token: request.userToken,
    amount: Number(request.amountText),
  };
  for (const [member, value] of Object.entries(expected))
    if (funding[member] !== value) return wrong(`another ${member} than was asked about`);
  const reason = funding['decline_reason'];
  if (status === 200) return reason === undefined ? { outcome: 'approved' } : wrong('approved with a decline_reason');
  return reason === EARNED_REASON ? { outcome: 'declined', reason } : wrong(`declined with ${String(reason)}`);
}

function wrong(fault: string): CheckedAnswer {
  return { outcome: 'wrong', fault };
}

function fundingOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed = JSON.parse(body) as { readonly jit_funding?: unknown } | null;
    const funding = parsed?.jit_funding;
    return typeof funding === 'object' && funding !== null ? (funding as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
