import { type ChainPolicy, RESIDUE_CATEGORIES, STAY_CATEGORIES } from '@freeway/core';

/** The operator's settings as the fold reads them (money.md *residue*, *expiry*). The settings have checked their form. */
export function chainPolicyOf(settings: {
  readonly RESIDUE_KEPT: string;
  readonly HOLD_DAYS: string | undefined;
}): ChainPolicy {
  const kept = settings.RESIDUE_KEPT.split(',');
  const days = new Map((settings.HOLD_DAYS ?? '').split(',').map((each) => each.split('=') as [string, string]));
  return {
    keepResidue: new Set(RESIDUE_CATEGORIES.filter((category) => kept.includes(category))),
    holdDays: Object.fromEntries(
      STAY_CATEGORIES.flatMap((category) => (days.has(category) ? [[category, Number(days.get(category))]] : [])),
    ),
  };
}
