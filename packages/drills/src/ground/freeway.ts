import { freePorts } from '@freeway/postgres/free-port';
import type { Child } from './spawn-child.ts';
import type { Ground } from './open-ground.ts';

export interface Gateway {
  readonly child: Child;
  /** Where authorizations are asked for. */
  readonly url: string;
}

export const CREDENTIALS = { username: 'drill', password: 'no-secret-on-loopback-only' };

/** Runs a command of `freeway` to its end, and returns what it printed. */
export function runFreeway(
  ground: Ground,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const [command = '', ...more] = ground.freeway;
  return ground.run({ name: `freeway-${args[0]}`, command, args: [...more, ...args], env: quiet(env) });
}

/** Starts a process of `freeway` that stays. */
export function startFreeway(
  ground: Ground,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Child> {
  const [command = '', ...more] = ground.freeway;
  return ground.start({ name, command, args: [...more, ...args], env: quiet(env) });
}

const quiet = (env: Readonly<Record<string, string>>): Record<string, string> => ({ LOG_LEVEL: 'warn', ...env });

const READY_TIMEOUT_MS = 60_000;

export async function startGateways(
  ground: Ground,
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<readonly Gateway[]> {
  const ports = await freePorts(count);
  return Promise.all(
    ports.map(async (port, index) => {
      const child = await startFreeway(ground, `gateway-${index + 1}`, ['gateway'], {
        PORT: String(port),
        // Everything is on one machine: the fewer connections must be made anew after a failover, the sooner it is over.
        POSTGRES_POOL_MAX: '8',
        JIT_BASIC_AUTH_USERNAME: CREDENTIALS.username,
        JIT_BASIC_AUTH_PASSWORD: CREDENTIALS.password,
        ...env,
      });
      const origin = `http://127.0.0.1:${port}`;
      await ground.until(`${child.name} is ready`, READY_TIMEOUT_MS, async () => {
        if (!child.isRunning()) throw new Error(`${child.name} ended:\n${child.logTail()}`);
        return fetch(`${origin}/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      });
      return { child, url: `${origin}/v1/jit` };
    }),
  );
}
