import type { Client } from 'autocannon';
import type { JitRequest } from '../workload/jit-request.ts';
import { ANSWER_TIMEOUT_MS } from './load-plan.ts';
import type { Supply } from './supply.ts';
import type { Tally } from './tally.ts';

/** One of autocannon's connections, with a message of its own each time. */
export interface ClosedConnection {
  /** Sends nothing more once it has the answer that it waits for. */
  end(): void;
  /** What has no answer by now has none. */
  giveUp(): void;
}

/** What autocannon sets by its option `maxConnectionRequests`: whoever has sent so many ends instead of sending. */
interface Endable {
  responseMax: number;
}

const UNSAID = 'the connection was closed';

export function createClosedConnection(client: Client, supply: Supply, tally: Tally): ClosedConnection {
  let request: JitRequest | undefined;
  let sentAtMs = 0;
  let why = UNSAID;

  function giveUp(): void {
    if (request === undefined) return;
    request = undefined;
    tally.unanswered(performance.now() - sentAtMs < ANSWER_TIMEOUT_MS ? why : 'timed out');
    why = UNSAID;
  }

  client.addListener('connError', (error: NodeJS.ErrnoException) => {
    why = error.code ?? error.message;
  });
  client.setRequests([
    {
      setupRequest(raw) {
        // A connection that broke, or on which we waited too long, is opened anew and sends at once.
        giveUp();
        request = supply.take();
        sentAtMs = performance.now();
        tally.sent(sentAtMs, sentAtMs);
        raw.body = request.body;
        return raw;
      },
      onResponse(status, body) {
        const asked = request;
        request = undefined;
        if (asked !== undefined) tally.answered(asked, sentAtMs, { status, body, atMs: performance.now() });
      },
    },
  ]);
  return {
    end() {
      (client as Client & Endable).responseMax = 1;
    },
    giveUp,
  };
}
