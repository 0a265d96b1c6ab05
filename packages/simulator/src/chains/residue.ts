import type { Merchant } from '../merchants.ts';

/** Category codes of ISO 18245 that money.md *residue* names; ranges of the card schemes for airlines, rental and hotels. */
const KEPT: readonly (readonly [first: number, last: number])[] = [
  [3000, 3999], // airlines, car rental, hotels by brand
  [4411, 4411], // cruise lines
  [4511, 4511], // airlines
  [7011, 7012], // hotels
  [7512, 7513], // car rental
  [7519, 7519],
];

const RELEASED = new Set([
  '4111',
  '4112',
  '4121',
  '4131',
  '4784',
  '4789',
  '5541',
  '5542',
  '5811',
  '5812',
  '5813',
  '5814',
  '7523',
]);

/**
 * money.md *residue* (3), by default: what an unflagged clearing leaves of a hold goes back at once where the card was present,
 * for fuel, restaurants and transit; lodging, rental, airline and card-not-present keep it.
 */
export function keepsResidue({ mcc, channel }: Merchant): boolean {
  const code = Number(mcc);
  if (KEPT.some(([first, last]) => code >= first && code <= last)) return true;
  return !RELEASED.has(mcc) && channel === 'ECOMMERCE';
}
