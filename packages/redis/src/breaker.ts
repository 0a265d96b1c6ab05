import { ReplyError } from 'ioredis';
import { afterPollMs, createProber } from './prober.ts';

// Our own and not a library: the ones that are well kept (cockatiel, opossum) let a live request be the probe that
// closes the breaker again, and the hot path must never be that request. They also make an abort controller per call.

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  /** `refused`: the breaker is open, nothing was sent. `failed`: sent, and no use: too late, or an error. */
  | { readonly ok: false; readonly why: 'refused' | 'failed' };

export interface BreakerOptions {
  /** How long one command may take before the server counts as dead. */
  readonly timeoutMs: number;
  /** One harmless command; must settle in the end, also on a dead socket. */
  readonly probe: () => Promise<unknown>;
  /** Milliseconds before probe number 1, 2, ... since the breaker opened. */
  readonly probeDelayMs: (attempt: number) => number;
  /** Called with the reason when it opens, without one when it closes. */
  readonly onChange: (openedBecause?: string) => void;
}

/** Closed: commands go to the server. Open: nothing is sent but the probe, and every attempt ends at once. */
export interface Breaker {
  attempt<T>(command: () => Promise<T>): Promise<Attempt<T>>;
  isOpen(): boolean;
  trip(because: string): void;
  /** Probes at once instead of at the next delay: a new connection is ready. */
  probeNow(): void;
  counts(): { readonly opened: number; readonly refused: number; readonly failed: number };
  /** Refuses from now on, for good. */
  stop(): void;
}

const REFUSED = { ok: false, why: 'refused' } as const;
const FAILED = { ok: false, why: 'failed' } as const;

export const createBreaker = ({ timeoutMs, probe, probeDelayMs, onChange }: BreakerOptions): Breaker => {
  const waiting = new Set<() => void>();
  const counted = { opened: 0, refused: 0, failed: 0 };
  let state: 'open' | 'closed' | 'stopped' = 'open';

  const prober = createProber({
    probe,
    timeoutMs,
    delayMs: probeDelayMs,
    onAnswer: () => {
      state = 'closed';
      onChange();
    },
  });

  const trip = (because: string): void => {
    if (state !== 'closed') return;
    state = 'open';
    counted.opened += 1;
    // Whoever still waits would only wait for the same dead server.
    for (const release of waiting) release();
    onChange(because);
    prober.start();
  };

  const send = <T>(command: () => Promise<T>): Promise<Attempt<T>> =>
    new Promise((resolve) => {
      const settle = (outcome: Attempt<T>): void => {
        if (!waiting.delete(release)) return;
        clearTimeout(timer);
        if (!outcome.ok) counted.failed += 1;
        resolve(outcome);
      };
      const release = (): void => settle(FAILED);
      const timer = afterPollMs(timeoutMs, () => {
        if (waiting.has(release)) trip(`no answer within ${timeoutMs} ms`);
      });
      waiting.add(release);
      command().then(
        (value) => settle({ ok: true, value }),
        (error: unknown) => {
          // A reply that is an error came in time from a living server: this command failed, the next may not.
          if (waiting.has(release) && !(error instanceof ReplyError)) trip(messageOf(error));
          settle(FAILED);
        },
      );
    });

  prober.start();
  return {
    attempt: (command) => {
      if (state === 'closed') return send(command);
      counted.refused += 1;
      return Promise.resolve(REFUSED);
    },
    isOpen: () => state !== 'closed',
    trip,
    probeNow: () => prober.now(),
    counts: () => ({ ...counted }),
    stop: () => {
      state = 'stopped';
      prober.stop();
      for (const release of waiting) release();
    },
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
