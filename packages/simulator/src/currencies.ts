/** A currency that the simulator spends: PROTOCOL section 4 for exponents, section 3.3 for numeric codes. */
export interface SimulatedCurrency {
  readonly exponent: number;
  /** ISO 4217 numeric code, as `currency_conversion` carries it. */
  readonly numericCode: string;
  /** Minor units per US cent as a fraction: prices stay plausible, and exact. */
  readonly perCent: readonly [numerator: bigint, denominator: bigint];
}

/** No decimals, two and three: the shapes that break careless money code. */
export const CURRENCIES: Readonly<Record<string, SimulatedCurrency>> = {
  USD: { exponent: 2, numericCode: '840', perCent: [1n, 1n] },
  EUR: { exponent: 2, numericCode: '978', perCent: [9n, 10n] },
  JPY: { exponent: 0, numericCode: '392', perCent: [3n, 2n] },
  KWD: { exponent: 3, numericCode: '414', perCent: [3n, 1n] },
};

/** A price given in US cents, in minor units of a currency; at least one unit. */
export function fromCents(cents: number, currency: string): bigint {
  const [numerator, denominator] = CURRENCIES[currency]?.perCent ?? [1n, 1n];
  const minor = (BigInt(cents) * numerator) / denominator;
  return minor > 0n ? minor : 1n;
}
