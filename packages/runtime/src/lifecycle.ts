import type { Logger } from './logger.ts';
import { ownProcess } from './own-process.ts';
import { createStopStack } from './stop-stack.ts';

export type LifecycleState = 'starting' | 'running' | 'stopping' | 'stopped';

export interface Lifecycle {
  /**
   * Runs what starts things; each registers with `onStop` what undoes it, as soon as there is something to undo. When
   * it fails, what had started is stopped; then the process exits with 1, or, when it is not ours, `run` rejects.
   * It resolves once started, and also when stopping began meanwhile: `state` tells.
   */
  run(start: () => Promise<void>): Promise<void>;
  /** Stopped in reverse order of registration. Registered too late, it runs at once. */
  onStop(name: string, stop: () => Promise<void> | void): void;
  /** Stops everything, once; resolves to whether all of it stopped in time and without an error. */
  stop(): Promise<boolean>;
  state(): LifecycleState;
  /** Aborted when stopping begins, so that a start which waits for something can give up. */
  readonly signal: AbortSignal;
}

export interface LifecycleOptions {
  readonly logger: Logger;
  /** Time for everything together to stop. */
  readonly stopTimeoutMs: number;
  /**
   * Default true: signals and faults of the whole process stop us and end it. False where several lifecycles share a
   * process; then one above them owns it and calls `stop`.
   */
  readonly ownsProcess?: boolean;
}

/** The one place that starts everything, and the one place that stops it. */
export function createLifecycle({ logger, stopTimeoutMs, ownsProcess = true }: LifecycleOptions): Lifecycle {
  const stack = createStopStack(logger);
  const aborter = new AbortController();
  let state: LifecycleState = 'starting';
  let starting: Promise<void> = Promise.resolve();
  let stopped: Promise<boolean> | undefined;

  async function stopAll(): Promise<boolean> {
    const deadline = performance.now() + stopTimeoutMs;
    state = 'stopping';
    aborter.abort();
    // What start registers from now on is stopped as it comes; start itself may take until the deadline to give up.
    const clean = await stack.stopAll(deadline, starting);
    state = 'stopped';
    release();
    return clean;
  }

  function stop(): Promise<boolean> {
    stopped ??= stopAll();
    return stopped;
  }

  const release = ownsProcess ? ownProcess(logger, stop) : () => undefined;

  return {
    async run(start) {
      const started = start();
      starting = started.catch(() => undefined);
      try {
        await started;
        if (state === 'starting') state = 'running';
      } catch (error) {
        // While stopping, a start that fails is one that gave up.
        if (state !== 'starting') return;
        logger.fatal({ err: error }, 'start failed');
        await stop();
        if (!ownsProcess) throw error;
        process.exit(1);
      }
    },
    onStop: (name, stopOne) => stack.push(name, stopOne),
    stop,
    state: () => state,
    signal: aborter.signal,
  };
}
