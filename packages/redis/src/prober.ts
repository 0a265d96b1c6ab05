export interface ProberOptions {
  readonly probe: () => Promise<unknown>;
  readonly timeoutMs: number;
  /** Milliseconds before probe number 1, 2, ... since the start. */
  readonly delayMs: (attempt: number) => number;
  /** Called once per start, at the first probe that is answered in time. */
  readonly onAnswer: () => void;
}

/** Asks a server in the background, less often each time, until it answers in time. */
export interface Prober {
  start(): void;
  /** Asks now instead of later; nothing when not started, or when a probe is under way. */
  now(): void;
  stop(): void;
}

export const createProber = ({ probe, timeoutMs, delayMs, onAnswer }: ProberOptions): Prober => {
  let started = false;
  let underWay = false;
  let next: NodeJS.Timeout | undefined;

  const later = (attempt: number): void => {
    clearTimeout(next);
    next = setTimeout(() => void ask(attempt), delayMs(attempt)).unref();
  };

  // A late answer is no better than none; but the next probe waits for it, so that probes never pile up on a socket.
  const ask = async (attempt: number): Promise<void> => {
    if (underWay || !started) return;
    underWay = true;
    const answered = await answeredInTime(probe, timeoutMs);
    underWay = false;
    if (!started) return;
    if (!answered) return later(attempt + 1);
    stop();
    onAnswer();
  };

  const stop = (): void => {
    started = false;
    clearTimeout(next);
  };

  return {
    start: () => {
      started = true;
      later(1);
    },
    now: () => void ask(1),
    stop,
  };
};

/**
 * A timer that gives replies already in the socket their turn first: when our own event loop was busy for longer than
 * the timeout, the server is not to blame.
 */
export const afterPollMs = (delayMs: number, then: () => void): NodeJS.Timeout =>
  setTimeout(() => setImmediate(then), delayMs).unref();

const answeredInTime = async (probe: () => Promise<unknown>, timeoutMs: number): Promise<boolean> => {
  let late = false;
  const timer = afterPollMs(timeoutMs, () => {
    late = true;
  });
  try {
    await probe();
    return !late;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};
