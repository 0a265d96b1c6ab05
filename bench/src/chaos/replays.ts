import type { MortalProcess } from './chaos-processes.ts';

/** What came again and had no second effect, by what counts it. */
export type Replays = Readonly<Record<string, number>>;

const COUNTED: Readonly<Record<string, { readonly name: string; readonly status: string }>> = {
  'elements of webhooks': { name: 'freeway_webhook_elements_total', status: 'duplicate' },
  records: { name: 'freeway_records_total', status: 'duplicate' },
};

/** Adds up what processes have counted: a process that is killed takes its counters with it. */
export interface ReplayTally {
  /** Asks the process what it has counted; to be called once for each of its lives, at the end. */
  ask(process: MortalProcess): Promise<void>;
  total(): Replays;
}

export function createReplayTally(): ReplayTally {
  const totals: Record<string, number> = Object.fromEntries(Object.keys(COUNTED).map((what) => [what, 0]));
  return {
    async ask({ url }) {
      const text = await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(1000) }).then(
        (response) => response.text(),
        () => '',
      );
      for (const [what, count] of Object.entries(readReplays(text))) totals[what] = (totals[what] ?? 0) + count;
    },
    total: () => ({ ...totals }),
  };
}

/** `text` is in Prometheus' format. */
export function readReplays(text: string): Replays {
  return Object.fromEntries(
    Object.entries(COUNTED).map(([what, { name, status }]) => {
      const count = new RegExp(`^${name}\\{(?:[^}]*,)?status="${status}"[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1];
      return [what, Number(count ?? 0)];
    }),
  );
}
