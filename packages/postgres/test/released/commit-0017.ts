import type { Sql } from '../../src/connect.ts';
import { type Committed, COUNTED_AT_MS, DAILY_MAX_MINOR, DAY, fingerprintOf, type Purchase } from './purchase.ts';

/**
 * The commit as a gateway of the first release sends it (0017_sums.sql): this very text, with these parameters. It stays as
 * it is for as long as such gateways may run beside newer ones; what the present code sends is elsewhere.
 */
const CASTS = (
  'bigint bigint integer text text uuid text text bigint text bigint text bigint boolean boolean text integer text text text text ' +
  'bigint text text bigint text bigint float8 float8 float8 integer integer text date bigint integer bigint integer integer integer ' +
  'bigint integer bigint integer'
).split(' ');

const STATEMENT = `select * from authorize_batch($1::boolean, $2::boolean, $3::integer, $4::text, ${CASTS.map((type, index) => `$${index + 5}::${type}[]`).join(', ')})`;

const one = (element: string): string => `{${element}}`;

export async function commit0017(sql: Sql, purchase: Purchase): Promise<Committed> {
  const { token, accountId, ownerToken, amountMinor, limitId, refused } = purchase;
  const taken = refused === undefined;
  const held = taken ? String(amountMinor) : '0';
  const ifTaken = (element: string): string => (taken ? one(element) : '{}');
  const columns = [
    ...[accountId, held, '1', `m-${token}`, token, fingerprintOf(purchase)].map(one),
    ...['user', ownerToken, 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'].map(one),
    ...[taken ? 't' : 'f', taken ? 't' : 'f', refused ?? 'NULL', 'NULL', 'authorization', 'authorization'].map(one),
    ...[taken ? 'hold' : 'none', 'dual', String(amountMinor), 'EUR', token, 'NULL'].map(one),
    ...[taken ? `"{${limitId}}"` : 'NULL', 'NULL', String(COUNTED_AT_MS), String(COUNTED_AT_MS), 'NULL'].map(one),
    ...['1', String(limitId), 'day', DAY, held, '1', String(DAILY_MAX_MINOR), 'NULL'].map(ifTaken),
    taken ? '{1,2}' : '{1,1}',
    ...['1', held, '1', String(DAILY_MAX_MINOR), 'NULL'].map(ifTaken),
  ];
  const parameters = [false, false, taken ? 2 : 0, '{}', ...columns];
  const [row] = await sql.unsafe(STATEMENT, parameters as never[], { prepare: true });
  return {
    status: row?.['statuses']?.[0] ?? 'committed',
    decisionId: row?.['decision_ids'][0],
    approved: row?.['approvals']?.[0] ?? taken,
  };
}
