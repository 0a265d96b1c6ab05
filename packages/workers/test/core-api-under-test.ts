import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CORE_API_TOKENS = { application: 'application-of-tests', admin: 'admin-of-tests' } as const;

/** The Core API as far as the sweeper asks it: `GET /v3/transactions/{token}`, with what a test puts there. */
export interface CoreApiUnderTest {
  /** What makes a sweeper ask it. */
  readonly env: Readonly<Record<string, string>>;
  /** Tokens asked for so far, in order. */
  readonly asked: string[];
  /** JSON of a transaction, by its token; the rest is not found. */
  readonly transactions: Map<string, string>;
  /** Instead of all this, for everything. */
  answerWith(status: number | undefined): void;
  close(): Promise<void>;
}

export async function openCoreApi(): Promise<CoreApiUnderTest> {
  const asked: string[] = [];
  const transactions = new Map<string, string>();
  let instead: number | undefined;
  const expected = `Basic ${btoa(`${CORE_API_TOKENS.application}:${CORE_API_TOKENS.admin}`)}`;
  const server = createServer((request, response) => {
    const token = decodeURIComponent(/^\/v3\/transactions\/([^/]+)$/.exec(request.url ?? '')?.[1] ?? '');
    asked.push(token);
    const found = transactions.get(token);
    const allowed = request.headers.authorization === expected;
    const status = instead ?? (allowed ? (found === undefined ? 404 : 200) : 401);
    const error = JSON.stringify({ error_code: `${status}001`, error_message: 'as it was told' });
    // A wait that nobody waits for within a round: the next round is the next attempt.
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 429 ? { 'retry-after': '31' } : {}),
    });
    response.end(status === 200 ? found : error);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      CORE_API_URL: `http://127.0.0.1:${port}/v3`,
      CORE_API_APPLICATION_TOKEN: CORE_API_TOKENS.application,
      CORE_API_ADMIN_TOKEN: CORE_API_TOKENS.admin,
    },
    asked,
    transactions,
    answerWith: (status) => void (instead = status),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
