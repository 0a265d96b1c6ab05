import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TinyIntake {
  readonly url: string;
  /** Every message, whatever it was answered. */
  readonly received: Received[];
  close(): Promise<void>;
}

/** A webhook endpoint that writes down what it gets; `answer`: the status of the nth message, `hang` for none. */
export async function startTinyIntake(
  answer: (nth: number, body: string) => number | 'hang' = () => 200,
): Promise<TinyIntake> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body });
    const status = answer(received.length, body);
    if (status === 'hang') return;
    response.writeHead(status);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/webhooks/marqeta`,
    received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
