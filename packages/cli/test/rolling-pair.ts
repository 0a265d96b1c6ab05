import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '@freeway/postgres/free-port';
import { type RunningFreeway, startFreeway } from './running-freeway.ts';

type Environment = Record<string, string>;

/** Two processes of one kind behind a balancer that sends requests to those that are ready. */
export interface RollingPair {
  /** Where a request may go now. */
  pick(): string;
  /** One after the other: out of the balancer, ended, started with these settings, in again once it is ready. Exit codes. */
  restart(env: Environment): Promise<readonly (number | null)[]>;
  stop(): Promise<void>;
}

export async function startPair(
  command: 'gateway' | 'intake',
  options: { cwd: string; env: Environment },
): Promise<RollingPair> {
  const portName = command === 'gateway' ? 'PORT' : 'INTAKE_PORT';
  const ports = await freePorts(2);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const ready = new Set<string>();
  const start = async (index: number, env: Environment): Promise<RunningFreeway> => {
    const running = startFreeway([command], { ...options, env: { ...env, [portName]: String(ports[index]) } });
    const url = urls[index] as string;
    const ended = running.ended.then((code) => {
      throw new Error(`freeway ${command} ended with ${code} before it was ready`);
    });
    await Promise.race([untilReady(url), ended]);
    ended.catch(() => undefined);
    ready.add(url);
    return running;
  };
  const running = await Promise.all(urls.map((_, index) => start(index, options.env)));
  let turn = 0;
  return {
    pick() {
      const open = [...ready];
      return open[turn++ % open.length] as string;
    },
    async restart(env) {
      const codes: (number | null)[] = [];
      for (const [index, url] of urls.entries()) {
        ready.delete(url);
        // What was sent there a moment ago has arrived.
        await delay(100);
        codes.push((await running[index]?.terminate()) ?? null);
        running[index] = await start(index, env);
      }
      return codes;
    },
    async stop() {
      await Promise.all(running.map((each) => each.kill()));
    },
  };
}

async function untilReady(url: string): Promise<void> {
  while (!(await isReady(url))) await delay(50);
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
