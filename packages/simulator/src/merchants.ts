/** A merchant as `card_acceptor` and `pos` show it (PROTOCOL sections 3.5 and 3.6). All invented. */
export interface Merchant {
  readonly mid: string;
  readonly mcc: string;
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  /** Numeric ISO 3166 as text, as `pos.country_code` has it. */
  readonly countryNumeric: string;
  readonly channel: 'ECOMMERCE' | 'OTHER' | 'ATM';
  /** Usual amounts, US cents. */
  readonly cents: readonly [min: number, max: number];
}

type Row = readonly [
  mcc: string,
  name: string,
  city: string,
  state: string,
  channel: Merchant['channel'],
  min: number,
  max: number,
];

/** In order of popularity. */
const ROWS: readonly Row[] = [
  ['5411', 'GREENLEAF MARKET #204', 'OAKLAND', 'CA', 'OTHER', 8_00, 140_00],
  ['5814', 'BRIDGE STREET COFFEE', 'PORTLAND', 'OR', 'OTHER', 3_00, 18_00],
  ['4121', 'HOPALONG *TRIP', '415-555-0134', 'CA', 'ECOMMERCE', 6_00, 55_00],
  ['5812', 'THE BRASS SPOON', 'AUSTIN', 'TX', 'OTHER', 12_00, 95_00],
  ['5999', 'EVERYTHING BAZAAR', '800-555-0177', 'WA', 'ECOMMERCE', 5_00, 180_00],
  ['5541', 'PRAIRIE FUEL 88', 'TULSA', 'OK', 'OTHER', 20_00, 90_00],
  ['5815', 'TUNEHARBOUR.EXAMPLE', '888-555-0102', 'NY', 'ECOMMERCE', 4_99, 19_99],
  ['4111', 'METRO TRANSIT GATE', 'CHICAGO', 'IL', 'OTHER', 2_50, 10_00],
  ['5912', 'CORNER PHARMACY', 'DENVER', 'CO', 'OTHER', 6_00, 70_00],
  ['5732', 'VOLT & WIRE', 'SEATTLE', 'WA', 'OTHER', 25_00, 900_00],
  ['5651', 'NORTHSIDE CLOTHING', 'BOSTON', 'MA', 'OTHER', 18_00, 220_00],
  ['7011', 'HOTEL MERIDIAN PARK', 'MIAMI', 'FL', 'OTHER', 90_00, 600_00],
  ['4816', 'CLOUDPATCH HOSTING', '866-555-0110', 'DE', 'ECOMMERCE', 5_00, 120_00],
  ['5942', 'PAPER LANTERN BOOKS', 'SANTA FE', 'NM', 'OTHER', 9_00, 60_00],
  ['7832', 'ORPHEUM CINEMA', 'DETROIT', 'MI', 'OTHER', 11_00, 48_00],
  ['8099', 'LAKESIDE CLINIC', 'MADISON', 'WI', 'OTHER', 30_00, 450_00],
  ['4511', 'TRADEWIND AIR', '877-555-0155', 'GA', 'ECOMMERCE', 80_00, 1_200_00],
  ['7512', 'ROADRUNNER RENTALS', 'PHOENIX', 'AZ', 'OTHER', 60_00, 480_00],
  ['7995', 'LUCKY LAGOON GAMES', '000-555-0199', 'NV', 'ECOMMERCE', 10_00, 250_00],
];

export const MERCHANTS: readonly Merchant[] = ROWS.map(toMerchant);

export const ATM: Merchant = toMerchant(['6011', 'FIRST PLAINS ATM', 'OMAHA', 'NE', 'ATM', 20_00, 300_00], 900);

function toMerchant([mcc, name, city, state, channel, min, max]: Row, index: number): Merchant {
  const serial = String(index + 1).padStart(3, '0');
  return {
    mid: `000000055${serial}410`,
    mcc,
    name,
    street: `${100 + index} Example Avenue`,
    city,
    state,
    postalCode: `94${serial}`,
    country: 'USA',
    countryNumeric: '840',
    channel,
    cents: [min, max],
  };
}
