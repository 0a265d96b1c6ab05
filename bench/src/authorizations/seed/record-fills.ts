import type { Past } from './plan-past.ts';
import {
  approvedPurchases,
  CLEARING_US,
  clearingToken,
  firstMinor,
  messageToken,
  purchaseMinor,
  raiseMinor,
  secondOf,
  timeOf,
  transactionToken,
} from './purchase-sql.ts';
import type { FillPart, TableFill } from './table-fill.ts';

const FIRST = '2 * p';
const RAISE = '2 * p + 1';

/**
 * What the platform said: of what is still held, its two authorizations; of the rest, that it was cleared. And the chains of
 * it, with what leads to them, which each commit looks for. The platform says more of a purchase and names more in it: as
 * much as the books need is as much as a small disk bears.
 */
export function recordFills(past: Past): readonly TableFill[] {
  return [recordFill(past), chainFill(past), linkFill(past)];
}

function recordFill(past: Past): TableFill {
  return {
    table: 'records',
    columns:
      'chain_token, transaction_token, digest, type, state, effect, ' +
      'outcome, stand_in, amount_minor, currency, created_at, content, received_at',
    parts: [cleared(past, 0.9, recordsOf(CLEARINGS)), held(past, 1.8, recordsOf(AUTHORIZATIONS))],
  };
}

/** Records as rows, made of what `told` gives. */
function recordsOf(told: (approved: string) => string): (approved: string) => string {
  // As packages/postgres/src/records/record-content.ts has it: members are sorted, and the digest is of that text.
  return (approved) => `
    select chain_token, transaction_token, encode(substr(sha256(convert_to(content, 'UTF8')), 1, 16), 'hex')::uuid,
           type, state, effect, 'approved', false, amount_minor, 'USD', ${secondOf('told_us')}, content, ${timeOf('told_us')}
      from (
        select *, format('{"amountMinor":"%s","cardToken":"bench_card_%s",%s"countedAtMs":%s,"counterpart":"settlement","createdAtMs":%s,"currency":"USD",'
          '"effect":"%s","fastFunds":false,"isCompleted":%s,"isFullReversal":false,"isRounded":false,"isStandIn":false,"links":{%s},'
          '"outcome":"approved","owner":{"kind":"user","token":"bench_user_%s"},"settlement":{%s},"source":"platform","state":"%s",'
          '"transactionToken":"%s","type":"%s"}',
          amount_minor, user_index, clearing, counted_us / 1000, told_us / 1000000 * 1000, effect, is_completed, links, user_index, settlement,
          state, transaction_token, type) as content
          from (${told(approved)}) t offset 0
      ) r`;
}

const CLEARINGS = (approved: string): string => `
  select *, ${clearingToken('p')} as transaction_token, 'authorization.clearing' as type, 'COMPLETION' as state, 'clearing' as effect,
         ${purchaseMinor('p')} as amount_minor, told_us as counted_us, '"clearing":{"isFinal":true},' as clearing, 'true' as is_completed,
         '"parentMessageTokens":[],"parentTransactionTokens":["' || chain_token || '"]' as links,
         '"settlementDate":"' || ${timeOf('told_us')}::date || '"' as settlement
    from (select *, ${transactionToken(FIRST)} as chain_token, at_us + ${CLEARING_US} as told_us from ${approved} offset 0) c offset 0`;

const AUTHORIZATIONS = (approved: string): string => `
  select user_index, ${transactionToken(FIRST)} as chain_token, at_us as told_us, at_us as counted_us, a.*, 'PENDING' as state, '' as clearing,
         'false' as is_completed, '' as settlement
    from ${approved} cross join lateral (
      select ${transactionToken(FIRST)} as transaction_token, 'authorization' as type, 'hold' as effect, ${firstMinor('p')} as amount_minor,
             '"messageToken":"' || ${messageToken(FIRST)} || '","parentMessageTokens":[],"parentTransactionTokens":[]' as links
      union all
      select ${transactionToken(RAISE)}, 'authorization.incremental', 'increment', ${raiseMinor('p')},
             '"messageToken":"' || ${messageToken(RAISE)} || '","parentMessageTokens":[],"parentTransactionTokens":["' || ${transactionToken(FIRST)} || '"]'
    ) a offset 0`;

function chainFill(past: Past): TableFill {
  return {
    table: 'chains',
    columns: 'chain_token, currency, account_id, closed, folded_at',
    parts: [cleared(past, 0.9, chainsOf(true, `at_us + ${CLEARING_US}`)), held(past, 0.9, chainsOf(false, 'at_us'))],
  };
}

function chainsOf(isClosed: boolean, foldedAtUs: string): (approved: string) => string {
  return (approved) => `
    select ${transactionToken(FIRST)}, 'USD', user_index + 1, ${isClosed}, ${timeOf(`(${foldedAtUs})`)} from ${approved}`;
}

function linkFill(past: Past): TableFill {
  const authorizations = [
    `'t:USD:' || chain_token`,
    `'m:USD:' || ${messageToken(FIRST)}`,
    `'t:USD:' || ${transactionToken(RAISE)}`,
    `'m:USD:' || ${messageToken(RAISE)}`,
  ];
  return {
    table: 'chain_links',
    columns: 'link, chain_token, currency',
    parts: [
      cleared(past, 4.5, linksOf([...authorizations, `'t:USD:' || ${clearingToken('p')}`])),
      held(past, 3.6, linksOf(authorizations)),
    ],
  };
}

function linksOf(links: readonly string[]): (approved: string) => string {
  return (approved) => `
    select l.link, chain_token, 'USD' from (
        select *, ${transactionToken(FIRST)} as chain_token from ${approved} offset 0
      ) c cross join lateral (values ${links.map((link) => `(${link})`).join(', ')}) l (link)`;
}

function cleared(past: Past, rowsOfEach: number, select: (approved: string) => string): FillPart {
  const { clearedBefore: to } = past;
  return { from: 0, to, rowsOfEach, select: (first, next) => select(approvedPurchases(past, first, next)) };
}

function held(past: Past, rowsOfEach: number, select: (approved: string) => string): FillPart {
  const { clearedBefore: from, purchases: to } = past;
  return { from, to, rowsOfEach, select: (first, next) => select(approvedPurchases(past, first, next)) };
}
