import { createServer } from 'node:http';
import { once } from 'node:events';
import { toDecimalText, toMinor } from '../src/decimal-money.ts';
import type { AddressInfo } from 'node:net';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Programme } from '../src/programme.ts';

/** The part of a request that the tiny gateway looks at. */
export interface Funding {
  readonly token: string;
  readonly method: string;
  readonly user_token: string;
  readonly amount: number | string;
  readonly currency: string;
  readonly transaction: string;
  readonly card: string;
}

export interface TinyAnswer {
  status: number;
  jit_funding: Record<string, unknown>;
}

/** What becomes of one request instead of an answer. */
export type Mishap = 'answer' | 'hang' | 'reset' | 'unavailable' | 'booked_then_reset';

export interface TinyGateway {
  readonly url: string;
  /** Headers of every request, in order. */
  readonly received: IncomingHttpHeaders[];
  readonly held: Map<string, bigint>;
  close(): Promise<void>;
}

/**
 * A gateway of the simplest rules: a known card, enough money, every answer stored by both tokens. It knows no limits
 * and no states, so it is right only for a programme without any.
 */
export async function startTinyGateway(
  programme: Programme,
  tamper: (answer: TinyAnswer, funding: Funding, repeated: boolean) => void = () => {},
  mishap: (funding: Funding) => Mishap = () => 'answer',
): Promise<TinyGateway> {
  const posted = new Map(programme.accounts.map(({ owner, openingMinor }) => [owner.token, openingMinor]));
  const cards = new Set(programme.cards.map(({ token }) => token));
  const held = new Map<string, bigint>();
  const stored = new Map<string, { content: string; approved: boolean }>();
  const received: IncomingHttpHeaders[] = [];

  const decide = (funding: Funding): TinyAnswer => {
    const { token, method, user_token, amount, currency, transaction, card } = funding;
    const echo = { token, method, user_token, amount: Number(amount) };
    const content = `${method} ${Number(amount)} ${card}`;
    const before = stored.get(transaction);
    if (before !== undefined && before.content !== content)
      return { status: 402, jit_funding: { ...echo, decline_reason: 'TRANSACTION_NOT_PERMITTED' } };
    const minor = toMinor(String(amount), currency);
    const free = (posted.get(user_token) ?? 0n) - (held.get(user_token) ?? 0n);
    const reason = !cards.has(card)
      ? 'INVALID_CARD'
      : minor === undefined || minor > free
        ? 'INSUFFICIENT_FUNDS'
        : undefined;
    const approved = before?.approved ?? reason === undefined;
    if (before === undefined && approved) held.set(user_token, (held.get(user_token) ?? 0n) + (minor ?? 0n));
    stored.set(transaction, { content, approved });
    if (!approved) return { status: 402, jit_funding: { ...echo, decline_reason: reason ?? 'INSUFFICIENT_FUNDS' } };
    return {
      status: 200,
      jit_funding: method === 'pgfs.balanceinquiry' ? { ...echo, balances: balances(funding) } : echo,
    };
  };
  const balances = ({ user_token, currency }: Funding): object => {
    const owned = posted.get(user_token) ?? 0n;
    const number = (minor: bigint) => Number(toDecimalText(minor, currency));
    const available_balance = number(owned - (held.get(user_token) ?? 0n));
    return {
      [currency]: {
        currency_code: currency,
        ledger_balance: number(owned),
        available_balance,
        credit_balance: 0,
        pending_credits: 0,
      },
    };
  };

  const seen = new Set<string>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    received.push(request.headers);
    const funding = await readFunding(request);
    const what = mishap(funding);
    if (what === 'hang') return;
    if (what === 'reset') return void request.socket.destroy();
    if (what === 'unavailable') return send(response, 503, { title: 'unavailable' });
    const answer = decide(funding);
    if (what === 'booked_then_reset') return void request.socket.destroy();
    tamper(answer, funding, seen.has(funding.token));
    seen.add(funding.token);
    send(response, answer.status, { jit_funding: answer.jit_funding });
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/jit?x=1`,
    received,
    held,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readFunding(request: IncomingMessage): Promise<Funding> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body = JSON.parse(text) as Record<string, string> & { gpa_order: { jit_funding: Funding } };
  const { token, card_token, currency_code } = body;
  return { ...body.gpa_order.jit_funding, transaction: token!, card: card_token!, currency: currency_code! };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
