import type { Logger } from './logger.ts';

interface StopHook {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

export interface StopStack {
  push(name: string, stop: StopHook['stop']): void;
  /** Stops all, last first, until the deadline (on `performance.now()`), and waits for `starting` to settle. */
  stopAll(deadline: number, starting: Promise<void>): Promise<boolean>;
}

export function createStopStack(logger: Logger): StopStack {
  const hooks: StopHook[] = [];
  const late: Promise<boolean>[] = [];
  let stopping = false;
  let deadline = 0;

  async function stopOne({ name, stop }: StopHook): Promise<boolean> {
    // One that hangs must not keep the others from stopping: each may use half of what is left, the last one all.
    const left = Math.max(0, deadline - performance.now());
    try {
      const inTime = await within(hooks.length === 0 ? left : left / 2, stop);
      if (!inTime) logger.error({ stopping: name }, 'did not stop in time');
      return inTime;
    } catch (error) {
      logger.error({ stopping: name, err: error }, 'failed to stop');
      return false;
    }
  }

  return {
    push(name, stop) {
      if (stopping) late.push(stopOne({ name, stop }));
      else hooks.push({ name, stop });
    },
    async stopAll(until, starting) {
      stopping = true;
      deadline = until;
      let clean = true;
      for (let hook = hooks.pop(); hook !== undefined; hook = hooks.pop()) {
        if (!(await stopOne(hook))) clean = false;
      }
      const settled = await within(Math.max(0, deadline - performance.now()), () => starting);
      if (!settled) logger.error('start did not give up in time');
      const lateOnes = await Promise.all(late);
      return clean && settled && lateOnes.every(Boolean);
    },
  };
}

/** Whether the work finished within the time; rejects when it did. */
async function within(timeoutMs: number, work: () => Promise<void> | void): Promise<boolean> {
  const { promise: expired, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  try {
    return await Promise.race([Promise.resolve(work()).then(() => true), expired]);
  } finally {
    clearTimeout(timer);
  }
}
