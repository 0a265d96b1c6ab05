import type { JitRequest } from '../workload/jit-request.ts';

export type CheckedAnswer =
  | { readonly outcome: 'approved' | 'repeated' }
  | { readonly outcome: 'declined'; readonly reason: string }
  | { readonly outcome: 'wrong'; readonly fault: string };

export type CheckAnswer = (request: JitRequest, status: number, body: string) => CheckedAnswer;

type Members = Readonly<Record<string, unknown>>;

const WORDS_MAX = 200;
const APPROVED = { outcome: 'approved' } as const;
const REPEATED = { outcome: 'repeated' } as const;

/** What the answer says, or what is wrong with it: PROTOCOL section 7 wants 200 or 402 with the request's own words. */
export const checkAnswer: CheckAnswer = (request, status, body) => {
  if (status !== 200 && status !== 402) return wrong(unexpected(status, body));
  const { expected } = request;
  if (expected.outcome === 'repeat') {
    const isSame = status === expected.of.status && body === expected.of.body;
    return isSame ? REPEATED : wrong('another answer to the same message');
  }
  const funding = fundingOf(body);
  if (funding === undefined) return wrong('no jit_funding in the answer');
  if (funding['token'] !== request.token) return wrong('another token than was asked about');
  if (funding['method'] !== request.method) return wrong('another method than was asked about');
  if (funding['user_token'] !== request.userToken) return wrong('another user_token than was asked about');
  // Compared, never reckoned with: the nearest double of the same digits is the same.
  if (funding['amount'] !== Number(request.amountText)) return wrong('another amount than was asked about');
  const reason = funding['decline_reason'];
  if (status === 402) return checkDecline(reason, expected.outcome === 'decline' ? expected.reason : undefined);
  if (reason !== undefined) return wrong('approved with a decline_reason');
  if (expected.outcome === 'decline') return wrong(`approved, not declined with ${expected.reason}`);
  if (expected.outcome === 'inquire' && !hasBalance(funding)) return wrong('no balance in the answer to an inquiry');
  return APPROVED;
};

/** For a server that knows nothing of what it is asked. */
export const checkStatusAlone: CheckAnswer = (_request, status, body) =>
  status === 200 ? APPROVED : wrong(unexpected(status, body));

/** With the server's own words where it is Fastify's answer to an error: other bodies differ from message to message. */
function unexpected(status: number, body: string): string {
  const message = objectOf(body)?.['message'];
  return typeof message === 'string' ? `status ${status}: ${message.slice(0, WORDS_MAX)}` : `status ${status}`;
}

function checkDecline(reason: unknown, expected: string | undefined): CheckedAnswer {
  if (expected === undefined) return wrong(`declined with ${String(reason)}, not approved`);
  if (reason !== expected) return wrong(`declined with ${String(reason)}, not ${expected}`);
  return { outcome: 'declined', reason: expected };
}

function wrong(fault: string): CheckedAnswer {
  return { outcome: 'wrong', fault };
}

function fundingOf(body: string): Members | undefined {
  const funding = objectOf(body)?.['jit_funding'];
  return typeof funding === 'object' && funding !== null ? (funding as Members) : undefined;
}

function objectOf(body: string): Members | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Members) : undefined;
  } catch {
    return undefined;
  }
}

function hasBalance(funding: Members): boolean {
  const balances = funding['balances'] as Readonly<Record<string, Members | undefined>> | null | undefined;
  return typeof balances?.['USD']?.['available_balance'] === 'number';
}
