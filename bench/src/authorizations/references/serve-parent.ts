import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Credentials } from '../../poster.ts';

/** What a reference tells the bench once it can be asked. */
export interface Listening {
  readonly listeningAt: string;
}

/** Listens on a free port and says where to the bench that started this process; ends when told to, or when the bench has gone. */
export async function serveParent(app: FastifyInstance): Promise<void> {
  let isEnding = false;
  async function end(): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    await app.close();
    process.exit(0);
  }
  process.on('SIGTERM', () => void end());
  process.on('disconnect', () => void end());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  process.send?.({ listeningAt: `http://127.0.0.1:${port}` } satisfies Listening);
}

/** By the gateway's own names. */
export function credentialsOf(env: NodeJS.ProcessEnv): Credentials {
  return {
    username: env['JIT_BASIC_AUTH_USERNAME'] ?? '',
    password: env['JIT_BASIC_AUTH_PASSWORD'] ?? '',
  };
}
