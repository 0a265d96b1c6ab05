import type { Sql } from '../../src/connect.ts';
import { type Committed, COUNTED_AT_MS, DAILY_MAX_MINOR, DAY, fingerprintOf, type Purchase } from './purchase.ts';

/** As the commit was called by 0004_authorize.sql, and with the time of creation by 0012_commit.sql. */
export function commitBeforeSums({ knowsCreation }: { readonly knowsCreation: boolean }) {
  return async (sql: Sql, purchase: Purchase): Promise<Committed> => {
    const taken = purchase.refused === undefined;
    const counted = taken ? [1] : [];
    const at = new Date(COUNTED_AT_MS).toISOString();
    const creation = knowsCreation ? `p_created_at => array['${at}']::timestamptz[],` : '';
    const [row] = await sql.unsafe(
      `select status, decision_id, approved from authorize_batch(
        p_skip_locked => false, p_message_token => array[$1]::text[], p_transaction_token => array[$2]::text[],
        p_fingerprint => array[$3]::uuid[], p_account_id => array[$4]::bigint[],
        p_owner_kind => array['user'], p_owner_token => array[$5]::text[], p_owner_version => array[null]::bigint[],
        p_acting_token => array[null]::text[], p_acting_version => array[null]::bigint[],
        p_card_token => array[null]::text[], p_card_version => array[null]::bigint[],
        p_approved => array[${taken}], p_reason => array[$6]::text[], p_limit_id => array[null]::integer[],
        p_method => array['authorization'], p_kind => array['authorization'],
        p_effect => array['${taken ? 'hold' : 'none'}'], p_message_class => array['dual'],
        p_amount => array[$7]::bigint[], p_currency => array['EUR'], p_chain_token => array[$2]::text[],
        p_chain_max => array[null]::bigint[], p_counted_at => array['${at}']::timestamptz[], ${creation}
        p_expires_at => array[null]::timestamptz[], p_record => array['{}'], p_attempt_id => array[null]::bigint[],
        p_counters_from => array[1], p_counters_to => array[${counted.length}],
        p_c_index => array[${counted.join()}]::integer[], p_c_account => array[${taken ? '$4' : ''}]::bigint[],
        p_c_limit => array[${taken ? '$8' : ''}]::integer[], p_c_window => array[${taken ? "'day'" : ''}]::text[],
        p_c_window_start => array[${taken ? `'${DAY}'` : ''}]::date[], p_c_amount => array[${taken ? '$7' : ''}]::bigint[],
        p_c_count => array[${counted.join()}]::integer[], p_c_max_amount => array[${taken ? DAILY_MAX_MINOR : ''}]::bigint[],
        p_c_max_count => array[${taken ? 'null' : ''}]::integer[])`,
      [
        `m-${purchase.token}`,
        purchase.token,
        fingerprintOf(purchase),
        purchase.accountId,
        purchase.ownerToken,
        purchase.refused ?? null,
        purchase.amountMinor,
        ...(taken ? [purchase.limitId] : []),
      ] as never[],
    );
    return { status: row?.['status'], decisionId: row?.['decision_id'], approved: row?.['approved'] };
  };
}
