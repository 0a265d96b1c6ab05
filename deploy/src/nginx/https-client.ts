import { type Agent, request, type RequestOptions } from 'node:https';
import { once } from 'node:events';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Certificates, versions, ciphers. */
  readonly tls?: ConnectionOptions;
  readonly agent?: Agent;
}

/** One exchange over TLS with a port of this machine. Rejects when the connection breaks before the answer is complete. */
export function ask(port: number, path: string, { method = 'GET', headers = {}, body, tls = {}, agent }: Ask = {}) {
  const options: RequestOptions = {
    ...(tls as RequestOptions),
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: {
      host: 'localhost',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
    rejectUnauthorized: false,
    servername: tls.servername ?? 'localhost',
    agent: agent ?? false,
  };
  return new Promise<Reply>((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export const post = (port: number, path: string, body: string | Uint8Array, rest: Ask = {}): Promise<Reply> =>
  ask(port, path, { method: 'POST', body, ...rest });

/** A connection over which a test speaks byte by byte; `said` is all that came back, `ended` when nothing more comes. */
export async function openTls(port: number, options: ConnectionOptions = {}) {
  const socket: TLSSocket = connectTls({
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    rejectUnauthorized: false,
    ...options,
  });
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  const ended = once(socket, 'close');
  return { socket, said: () => text, ended };
}
