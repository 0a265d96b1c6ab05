import {
  ACCOUNT_MONTH_AMOUNT,
  CARD_DAY_AMOUNT,
  CARD_DAY_COUNT,
  OPENING_BALANCE,
} from '../../workload/programme-lines.ts';
import { standingOf } from '../../workload/standing.ts';
import type { TextbookProgramme } from './seed-programme.ts';

/** The programme that the gateway is given too. */
export function benchProgramme(users: number): TextbookProgramme {
  return {
    users,
    standingOf,
    openingMinor: minorOf(OPENING_BALANCE),
    dayMaxMinor: minorOf(CARD_DAY_AMOUNT),
    dayMaxCount: CARD_DAY_COUNT,
    monthMaxMinor: minorOf(ACCOUNT_MONTH_AMOUNT),
  };
}

/** Of an amount with two decimals. */
function minorOf(text: string): bigint {
  return BigInt(text.replace('.', ''));
}
