/** Money is a bigint of minor units beside a currency; there is no other form inside Freeway. ISO 4217 alphabetic code, upper case. Valid only if `exponentOf` knows it. */
export type Currency = string;

/**
 * The largest amount one message may carry: 15 digits of minor units. Sums of thousands of such amounts still fit
 * PostgreSQL's bigint, so no constraint or overflow can be raised by data from the wire (performance.md).
 */
export const MAX_AMOUNT_MINOR = 999_999_999_999_999n;
