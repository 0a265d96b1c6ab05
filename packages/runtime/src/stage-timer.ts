import { type Stage, STAGE_INDEX, STAGES } from './stage.ts';

/** Milliseconds by stage, those that were reached. */
export type StageTimings = Readonly<Partial<Record<Stage, number>>>;

const TOTAL = STAGE_INDEX.total;

/** Follows one authorization through its stages. One object and one array each; marking allocates nothing. */
export class StageTimer {
  /** NaN: not reached. */
  readonly elapsedMs: number[] = [NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN];
  readonly #clock: () => number;
  readonly #finish: (timer: StageTimer) => void;
  readonly #startedAt: number;
  #markedAt: number;

  constructor(clock: () => number, startedAt: number, finish: (timer: StageTimer) => void) {
    this.#clock = clock;
    this.#finish = finish;
    this.#startedAt = startedAt;
    this.#markedAt = startedAt;
  }

  /**
   * The time since the last mark belongs to this stage. A stage marked twice (a stale commit that is decided again) has
   * the sum. Of two look-ups made side by side, the second to be marked has only what it took longer.
   */
  mark(stage: Exclude<Stage, 'total'>): void {
    const now = this.#clock();
    const index = STAGE_INDEX[stage];
    const before = this.elapsedMs[index] as number;
    this.elapsedMs[index] = (Number.isNaN(before) ? 0 : before) + now - this.#markedAt;
    this.#markedAt = now;
  }

  /** Milliseconds since the start. */
  sofarMs(): number {
    return this.#clock() - this.#startedAt;
  }

  /** Hands all stages to the profiler, once. */
  end(): void {
    if (!Number.isNaN(this.elapsedMs[TOTAL])) return;
    this.elapsedMs[TOTAL] = this.sofarMs();
    this.#finish(this);
  }

  /** What was measured until now, to the microsecond, for the archive and the log. */
  timings(): StageTimings {
    const timings: Partial<Record<Stage, number>> = {};
    for (const stage of STAGES) {
      const ms = this.elapsedMs[STAGE_INDEX[stage]] as number;
      if (!Number.isNaN(ms)) timings[stage] = Math.round(ms * 1000) / 1000;
    }
    return timings;
  }
}
