import { Client, type Dispatcher } from 'undici';
import type { JitRequest } from '../workload/jit-request.ts';
import { ANSWER_TIMEOUT_MS } from './load-plan.ts';

/** One connection that stays open, with at most one message under way. */
export interface Line {
  /** When the message under way was due; undefined when there is none. */
  readonly sinceMs: number | undefined;
  send(request: JitRequest, sinceMs: number): void;
  /** Gives up on the message under way. */
  giveUp(why: string): void;
  close(): void;
}

export interface LinePlan {
  readonly url: URL;
  readonly headers: string[];
  /** The line is free again afterwards. */
  answered(line: Line, request: JitRequest, sinceMs: number, status: number, body: string): void;
  unanswered(line: Line, why: string): void;
}

/** Longer than any server keeps a connection, which says by itself when it does not. */
const KEEP_ALIVE_MS = 60_000;

/** undici's client, one for each connection and with one handler for all its messages: the cheapest and steadiest way. */
export function createLine({ url, headers, answered, unanswered }: LinePlan): Line {
  const client = new Client(url.origin, {
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Whoever looks after the line gives up in time; undici's own clocks are coarser.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: ANSWER_TIMEOUT_MS },
  });
  let request: JitRequest | undefined;
  let sinceMs = 0;
  let status = 0;
  let body = '';
  let controller: Dispatcher.DispatchController | undefined;

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (given) => void (controller = given),
    onResponseStart: (_controller, given) => void (status = given),
    // A byte is a character: what we compare is ASCII, and no character can be torn apart.
    onResponseData: (_controller, chunk) => void (body += chunk.toString('latin1')),
    onResponseEnd() {
      const asked = request;
      request = undefined;
      if (asked !== undefined) answered(line, asked, sinceMs, status, body);
    },
    onResponseError(_controller, error) {
      request = undefined;
      unanswered(line, (error as NodeJS.ErrnoException).code ?? error.message);
    },
  };

  const line: Line = {
    get sinceMs() {
      return request === undefined ? undefined : sinceMs;
    },
    send(given, dueAtMs) {
      request = given;
      sinceMs = dueAtMs;
      body = '';
      controller = undefined;
      client.dispatch({ path: url.pathname, method: 'POST', headers, body: given.body }, handler);
    },
    giveUp: (why) => controller?.abort(new Error(why)),
    close: () => void client.destroy(),
  };
  return line;
}
