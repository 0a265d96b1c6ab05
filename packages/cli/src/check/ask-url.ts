import { type ClientRequest, request as requestPlain } from 'node:http';
import { request as requestOverTls, type RequestOptions } from 'node:https';
import type { PeerCertificate, TLSSocket } from 'node:tls';

/** Who is trusted beside the usual authorities, and what we show of ourselves. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly tls: TlsMaterial;
}

export interface SecuredBy {
  readonly protocol: string;
  readonly certificate: PeerCertificate;
}

export type Reply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      /** From the first connection to the last byte. */
      readonly tookMs: number;
      readonly secured: SecuredBy | undefined;
    }
  | { readonly kind: 'silent'; readonly why: string };

/** More than anything that is asked here answers; the rest is somebody else's page. */
const BODY_MAX = 65_536;

const LARGE = 16_384;
const OBJECTION_MS = 1000;

/** Asks once, on a connection of its own, as somebody who calls for the first time. Never rejects. */
export function askUrl(url: string, { method, headers = {}, body = '', timeoutMs, tls }: Asked): Promise<Reply> {
  const startedMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  const options: RequestOptions = { method, headers: { ...headers, ...length }, agent: false, ...tls };
  const asking = (new URL(url).protocol === 'https:' ? requestOverTls : requestPlain)(url, options);
  const timer = setTimeout(() => asking.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  asking.once('response', (response) => {
    const secured = securedBy(response.socket as TLSSocket);
    let text = '';
    const settle = (): void => {
      clearTimeout(timer);
      const tookMs = Math.round(performance.now() - startedMs);
      resolve({ kind: 'answered', status: response.statusCode ?? 0, body: text, tookMs, secured });
      asking.destroy();
    };
    response.setEncoding('utf8');
    response.on('data', (piece: string) => (text = (text + piece).slice(0, BODY_MAX)));
    response.once('end', settle);
    // Who refuses a body may close before all of it was sent: the status is there.
    response.once('error', settle);
  });
  asking.once('error', (error: Error & { code?: string }) => {
    clearTimeout(timer);
    resolve({ kind: 'silent', why: error.code ?? error.message });
  });
  asking.on('error', () => undefined);
  if (body.length < LARGE) asking.end(body);
  else sendOnceNobodyObjects(asking, body);
  return promise;
}

/** Who refuses a body by its announced length and hangs up would otherwise break our sending, and his answer with it. */
function sendOnceNobodyObjects(asking: ClientRequest, body: string): void {
  asking.flushHeaders();
  const timer = setTimeout(() => asking.end(body), OBJECTION_MS);
  asking.once('close', () => clearTimeout(timer));
}

function securedBy(socket: TLSSocket): SecuredBy | undefined {
  if (typeof socket.getPeerCertificate !== 'function') return undefined;
  return { protocol: socket.getProtocol() ?? 'unknown', certificate: socket.getPeerCertificate() };
}
