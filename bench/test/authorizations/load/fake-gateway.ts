import { afterEach } from 'vitest';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly token: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** Answers, or not: whoever takes the message over does so itself. */
export type Handle = (asked: Asked, answer: (status?: number, body?: string) => void, response: ServerResponse) => void;

export interface FakeGateway {
  readonly url: URL;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** For a file of tests: starts gateways, and closes them after each test. */
export function fakeGateways(): (handle?: Handle) => Promise<FakeGateway> {
  const gateways: FakeGateway[] = [];
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  });
  return async (handle) => {
    const gateway = await startFakeGateway(handle);
    gateways.push(gateway);
    return gateway;
  };
}

/** Says what a gateway would, without a ledger: approved, unless the message is of a user who may spend nothing. */
async function startFakeGateway(handle: Handle = (_asked, answer) => answer()): Promise<FakeGateway> {
  const asked: Asked[] = [];
  async function handleOne(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    const message = { token: fundingOf(body).token, body, authorization: request.headers.authorization };
    asked.push(message);
    const { status, text } = answerTo(body);
    const answer = (other = status, otherText = text): void => void response.writeHead(other).end(otherText);
    handle(message, answer, response);
  }

  const server = createServer((request, response) => void handleOne(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/v1/jit`),
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

interface Funding {
  readonly token: string;
  readonly method: string;
  readonly user_token: string;
  readonly amount: number;
}

function fundingOf(body: string): Funding {
  const message = JSON.parse(body) as Record<string, { readonly jit_funding: Funding } | undefined>;
  const order = message['gpa_order'] ?? message['gpa_order_unload'];
  if (order === undefined) throw new Error('a message without an order');
  return order.jit_funding;
}

/** As the bench's programme has it (standing.ts): of each ten users the last is declined. */
const REASONS = ['CARD_NOT_ACTIVE', 'TRANSACTION_NOT_PERMITTED', 'INSUFFICIENT_FUNDS'];

function answerTo(body: string): { status: number; text: string } {
  const { token, method, user_token, amount } = fundingOf(body);
  const user = Number(/\d+$/.exec(user_token)?.[0]);
  const echoed = { token, method, user_token, amount, tags: `decision of ${token}` };
  const balances = method === 'pgfs.balanceinquiry' ? { balances: { USD: { available_balance: 1.5 } } } : {};
  if (user % 10 !== 9) return { status: 200, text: JSON.stringify({ jit_funding: { ...echoed, ...balances } }) };
  const reason = REASONS[Math.floor(user / 10) % 3];
  return { status: 402, text: JSON.stringify({ jit_funding: { ...echoed, decline_reason: reason } }) };
}
