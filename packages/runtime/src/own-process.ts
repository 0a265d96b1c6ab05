import type { Logger } from './logger.ts';

/**
 * npm forwards the SIGINT that a terminal has already sent to the whole group: the same signal again within this time
 * is the same Ctrl-C.
 */
const ECHO_MS = 250;

type StopSignal = 'SIGINT' | 'SIGTERM';

/**
 * Ends the process when it is told to or when something went wrong that nobody caught: stop, then exit 0 after a
 * signal (1 if something did not stop), 1 after a fault. A second signal exits with 1 at once.
 * Returns what takes the listeners off again.
 */
export function ownProcess(logger: Logger, stop: () => Promise<boolean>): () => void {
  let exitCode = 0;
  let first: { readonly signal: StopSignal; readonly at: number } | undefined;

  // Also when a programmatic stop is already under way: whoever asked last for an end gets one.
  function stopThenExit(): void {
    void stop().then((clean) => process.exit(clean ? exitCode : 1));
  }

  function onSignal(signal: StopSignal): void {
    if (first === undefined) {
      first = { signal, at: performance.now() };
      logger.info({ signal }, 'stopping');
      stopThenExit();
      return;
    }
    if (signal === first.signal && performance.now() - first.at < ECHO_MS) return;
    logger.warn({ signal }, 'second signal: exiting at once');
    process.exit(1);
  }

  function onFault(error: unknown, origin: string): void {
    exitCode = 1;
    logger.fatal({ err: error, origin }, 'a fault that nobody caught: stopping');
    stopThenExit();
  }

  // Listening here replaces Node's own throw, so a rejection reaches onFault once.
  const onRejection = (error: unknown): void => onFault(error, 'unhandledRejection');
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.off('uncaughtException', onFault);
    process.off('unhandledRejection', onRejection);
  };
}
