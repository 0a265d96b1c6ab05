import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Environment, settingsFor } from './open-world.ts';

export interface GatewayProcess {
  readonly url: string;
  /** Ends it and resolves to its exit code, null when a signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

const SCRIPT = fileURLToPath(new URL('./gateway-process.ts', import.meta.url));

/** A gateway as a process of its own; resolves once it listens. */
export async function spawnGateway(env: Environment): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...settingsFor({ LOG_LEVEL: 'fatal', ...env }), PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [url] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(([code]) => Promise.reject(new Error(`the gateway ended with ${code} before it listened`))),
  ]);
  return {
    url,
    async end(signal) {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
