/** Kinds of merchant whose holds live and end differently (money.md *residue*, *expiry*). */
export const STAY_CATEGORIES = ['lodging', 'rental', 'cruise', 'airline', 'fuel', 'restaurant', 'transit'] as const;
export type StayCategory = (typeof STAY_CATEGORIES)[number];

/** First and last code of each range, ISO 18245 with the card schemes' ranges for airlines, car rental and hotels. */
const RANGES: readonly (readonly [StayCategory, number, number])[] = [
  ['airline', 3000, 3350],
  ['rental', 3351, 3500],
  ['lodging', 3501, 3999],
  ['transit', 4111, 4112],
  ['transit', 4121, 4121],
  ['transit', 4131, 4131],
  ['cruise', 4411, 4411],
  ['airline', 4511, 4511],
  ['transit', 4784, 4784],
  ['transit', 4789, 4789],
  ['fuel', 5541, 5542],
  ['restaurant', 5811, 5814],
  ['lodging', 7011, 7012],
  ['rental', 7512, 7513],
  ['rental', 7519, 7519],
  ['transit', 7523, 7523],
];

/** The kind of a four-digit category code, or undefined for every other merchant. */
export function stayCategoryOf(code: string | undefined): StayCategory | undefined {
  if (code === undefined || !/^\d{4}$/.test(code)) return undefined;
  const number = Number(code);
  return RANGES.find(([, first, last]) => number >= first && number <= last)?.[0];
}
