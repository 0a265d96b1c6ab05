import { request } from 'undici';

/** Marqeta's Core API of a sandbox, with the operator's own credentials (PROTOCOL section 12). */
export interface SandboxApi {
  post(path: string, body: string): Promise<SandboxAnswer>;
  get(path: string): Promise<SandboxAnswer>;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly text: string;
}

export interface SandboxOptions {
  /** With its path, e.g. `https://sandbox-api.marqeta.com/v3`. */
  readonly url: string;
  readonly applicationToken: string;
  readonly adminToken: string;
  readonly timeoutMs?: number;
}

export function createSandboxApi({
  url,
  applicationToken,
  adminToken,
  timeoutMs = 30_000,
}: SandboxOptions): SandboxApi {
  const basic = Buffer.from(`${applicationToken}:${adminToken}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/json', accept: 'application/json' };
  const base = url.replace(/\/+$/, '');
  const send = async (method: 'GET' | 'POST', path: string, body?: string): Promise<SandboxAnswer> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await request(base + path, { method, headers, signal, ...(body === undefined ? {} : { body }) });
    return { status: response.statusCode, text: await response.body.text() };
  };
  return { post: (path, body) => send('POST', path, body), get: (path) => send('GET', path) };
}
