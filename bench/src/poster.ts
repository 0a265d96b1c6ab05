import { Agent, request as httpRequest } from 'node:http';

export interface PosterOptions {
  readonly url: URL;
  readonly credentials: Credentials;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly signal: AbortSignal;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Posts JSON over connections that stay open. */
export interface Poster {
  /** Rejects when no answer comes in time. */
  post(body: string): Promise<HttpAnswer>;
  close(): void;
}

export function createPoster({ url, credentials, timeoutMs, connections, signal }: PosterOptions): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { username, password } = credentials;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return {
    post(body) {
      const headers = {
        authorization,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      return new Promise((resolve, reject) => {
        const request = httpRequest(url, { method: 'POST', agent, headers, signal }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.once('error', reject);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        });
        request.setTimeout(timeoutMs, () => request.destroy(new Error('timed out')));
        request.once('error', reject);
        request.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

/** Why there was no answer: the system's code, else the sentence. */
export function whyUnanswered(error: unknown): string {
  return `no answer: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`;
}
