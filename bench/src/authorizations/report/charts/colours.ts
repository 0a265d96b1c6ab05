import { PROCESS } from '../process-names.ts';
import type { System } from '../suite-result.ts';

/**
 * Variables of the page (page-style.ts), which has a light and a dark value for each. The hues are those of Okabe and
 * Ito, told apart by every kind of eye.
 */
const SYSTEM_HUES: Readonly<Record<System, string>> = {
  freeway: '--freeway',
  'null server': '--null-server',
  textbook: '--textbook',
};

/** A process that is the system itself has its colour. */
const PROCESS_HUES: Readonly<Record<string, string>> = {
  [PROCESS.gateway]: SYSTEM_HUES.freeway,
  [PROCESS.nullServer]: SYSTEM_HUES['null server'],
  [PROCESS.textbook]: SYSTEM_HUES.textbook,
  [PROCESS.postgres]: '--postgres',
  [PROCESS.generator]: '--generator',
  [PROCESS.rest]: '--muted',
};
const OTHER_HUES = ['--other-1', '--other-2', '--other-3'] as const;

export interface Stroke {
  readonly colour: string;
  /** Lengths of dash and gap; none for a solid line. */
  readonly dash: readonly number[] | undefined;
}

/** As many lines of one system as a chart can hold before two look the same. */
const STROKES = [
  { shade: '', dash: undefined },
  { shade: '-strong', dash: [7, 3] },
  { shade: '-faint', dash: undefined },
  { shade: '', dash: [2, 3] },
] as const;

/** Of the system's nth line in a chart. */
export function strokeOf(system: System, nth: number): Stroke {
  const { shade, dash } = STROKES[nth % STROKES.length] ?? STROKES[0];
  return { colour: `var(${SYSTEM_HUES[system]}${shade})`, dash };
}

/** Of all processes that a page shows, so that each has the same in every chart. */
export function processColours(processes: Iterable<string>): ReadonlyMap<string, string> {
  const others = OTHER_HUES.values();
  const hues = [...new Set(processes)].map((process): [string, string] => [
    process,
    PROCESS_HUES[process] ?? others.next().value ?? '--muted',
  ]);
  return new Map(hues.map(([process, hue]) => [process, `var(${hue})`]));
}
