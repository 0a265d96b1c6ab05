/** The stages of one authorization, in order; `total` is from start to end. */
export const STAGES = [
  'decode',
  'user_lookup',
  'card_lookup',
  'limits_check',
  'decision',
  'commit',
  'encode',
  'total',
] as const;
export type Stage = (typeof STAGES)[number];

/** A stage's place in arrays that hold one value of each. */
export const STAGE_INDEX = Object.fromEntries(STAGES.map((stage, index) => [stage, index])) as Readonly<
  Record<Stage, number>
>;
