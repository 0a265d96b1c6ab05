import type { CounterDemand, Proposal } from '@freeway/core';

/** The array parameters of authorize_batch (migrations/0017_sums.sql) in their order, with their casts. */
const CASTS = {
  accounts: 'bigint',
  accountAmount: 'bigint',
  place: 'integer',
  messageToken: 'text',
  transactionToken: 'text',
  fingerprint: 'uuid',
  ownerKind: 'text',
  ownerToken: 'text',
  ownerVersion: 'bigint',
  actingToken: 'text',
  actingVersion: 'bigint',
  cardToken: 'text',
  cardVersion: 'bigint',
  approved: 'boolean',
  taking: 'boolean',
  reason: 'text',
  limitId: 'integer',
  method: 'text',
  kind: 'text',
  effect: 'text',
  messageClass: 'text',
  amount: 'bigint',
  currency: 'text',
  chainToken: 'text',
  chainMax: 'bigint',
  limitIds: 'text',
  attemptId: 'bigint',
  countedAt: 'float8',
  createdAt: 'float8',
  expiresAt: 'float8',
  counterPlace: 'integer',
  counterLimit: 'integer',
  counterWindow: 'text',
  counterStart: 'date',
  counterAmount: 'bigint',
  counterCount: 'integer',
  counterMaxAmount: 'bigint',
  counterMaxCount: 'integer',
  demandFrom: 'integer',
  demandCounter: 'integer',
  demandAmount: 'bigint',
  demandCount: 'integer',
  demandMaxAmount: 'bigint',
  demandMaxCount: 'integer',
} as const;

/** Elements of the server's array literals. */
type Columns = { readonly [name in keyof typeof CASTS]: string[] };

export interface BatchColumns {
  /** In the order of COLUMN_CASTS. */
  readonly literals: readonly string[];
  /** Accounts and counters that change when all goes as proposed. */
  readonly changes: number;
}

export const COLUMN_CASTS: readonly string[] = Object.values(CASTS);

/** Sums of what a batch would take from one counter at most. */
interface CounterSum {
  readonly number: number;
  readonly place: number;
  readonly demand: CounterDemand;
  amountMinor: bigint;
  count: number;
  maxAmountMinor: bigint | undefined;
  maxCount: number | undefined;
}

const NULL = 'NULL';

/**
 * Proposals turned into columns, which the statement unnests: no row is built twice. Each is an array literal as the server
 * reads it: the driver would look at every element to find out how to write it.
 */
export function columnsOf(proposals: readonly Proposal[]): BatchColumns {
  const columns = Object.fromEntries(Object.keys(CASTS).map((name) => [name, []])) as unknown as Columns;
  const places = addAccounts(columns, proposals);
  const counters = new Map<string, CounterSum>();
  for (const proposal of proposals) {
    addRequest(columns, proposal, places);
    addDemands(columns, proposal, places, counters);
  }
  columns.demandFrom.push(String(columns.demandCounter.length + 1));
  for (const counter of counters.values()) addCounter(columns, counter);
  return {
    literals: Object.values(columns).map((elements) => `{${elements.join(',')}}`),
    changes:
      columns.accountAmount.filter((amount) => amount !== '0').length + [...counters.values()].filter(moves).length,
  };
}

function moves({ amountMinor, count }: CounterSum): boolean {
  return amountMinor > 0n || count > 0;
}

const ESCAPED = /["\\]/;
const ALL_ESCAPED = /["\\]/g;

function text(value: string | undefined): string {
  if (value === undefined) return NULL;
  return `"${ESCAPED.test(value) ? value.replace(ALL_ESCAPED, '\\$&') : value}"`;
}

function number(value: number | bigint | string | undefined): string {
  return value === undefined ? NULL : String(value);
}

/** Accounts are locked in their order; each request names its own by its place, from 1. */
function addAccounts(columns: Columns, proposals: readonly Proposal[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, bigint>();
  for (const { accountId, request, decision } of proposals) {
    if (accountId === undefined) continue;
    const takes = decision.outcome === 'approve' && decision.reservation.effect === 'hold';
    amounts.set(accountId, (amounts.get(accountId) ?? 0n) + (takes ? request.amountMinor : 0n));
  }
  const places = new Map<string, number>();
  for (const accountId of [...amounts.keys()].toSorted(byNumber)) {
    columns.accounts.push(accountId);
    columns.accountAmount.push(number(amounts.get(accountId)));
    places.set(accountId, places.size + 1);
  }
  return places;
}

/** Numbers as text, without leading zeros. */
function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

function addRequest(columns: Columns, proposal: Proposal, places: ReadonlyMap<string, number>): void {
  const { request, decision, versions } = proposal;
  const reservation = decision.outcome === 'approve' ? decision.reservation : undefined;
  const refusal = decision.outcome === 'decline' ? decision : undefined;
  columns.place.push(number(places.get(proposal.accountId ?? '')));
  columns.messageToken.push(text(request.messageToken));
  columns.transactionToken.push(text(request.transactionToken));
  columns.fingerprint.push(request.fingerprint);
  columns.ownerKind.push(text(versions.owner?.ref.kind ?? request.owner?.kind));
  columns.ownerToken.push(text(versions.owner?.ref.token ?? request.owner?.token));
  columns.ownerVersion.push(number(versions.owner?.version));
  columns.actingToken.push(text(versions.actingUser?.token));
  columns.actingVersion.push(number(versions.actingUser?.version));
  columns.cardToken.push(text(request.cardToken));
  columns.cardVersion.push(number(versions.card?.version));
  columns.approved.push(reservation === undefined ? 'f' : 't');
  columns.taking.push(reservation?.effect === 'hold' ? 't' : 'f');
  columns.reason.push(text(refusal?.reason));
  columns.limitId.push(number(refusal?.limitId));
  columns.method.push(text(request.method));
  columns.kind.push(request.kind);
  columns.effect.push(reservation?.effect ?? 'none');
  columns.messageClass.push(reservation?.messageClass ?? 'dual');
  columns.amount.push(number(request.amountMinor));
  columns.currency.push(text(request.currency));
  columns.chainToken.push(text(proposal.chainToken));
  columns.chainMax.push(number(reservation?.chainMaxMinor));
  columns.countedAt.push(number(proposal.countedAtMs));
  columns.createdAt.push(number(request.createdAtMs));
  columns.expiresAt.push(number(expiresAtMs(proposal)));
  columns.limitIds.push(limitIdsOf(reservation?.counters));
  columns.attemptId.push(number(proposal.attemptId));
}

/** A single-message hold never expires by time (money.md *nothing is posted on our own word*). */
function expiresAtMs({ request, decision }: Proposal): number | undefined {
  if (decision.outcome === 'decline' || decision.reservation.messageClass === 'single') return undefined;
  return request.expiresAtMs;
}

/** An array literal within one. */
function limitIdsOf(counters: readonly CounterDemand[] | undefined): string {
  if (counters === undefined || counters.length === 0) return NULL;
  let ids = '';
  for (const { limitId } of counters) ids += ids === '' ? limitId : `,${limitId}`;
  return `"{${ids}}"`;
}

function addDemands(
  columns: Columns,
  { accountId = '', decision }: Proposal,
  places: ReadonlyMap<string, number>,
  counters: Map<string, CounterSum>,
): void {
  columns.demandFrom.push(number(columns.demandCounter.length + 1));
  const place = places.get(accountId);
  if (decision.outcome === 'decline' || place === undefined) return;
  for (const demand of decision.reservation.counters) {
    const key = `${place} ${demand.limitId} ${demand.windowStart}`;
    let sum = counters.get(key);
    if (sum === undefined) {
      sum = {
        number: counters.size + 1,
        place,
        demand,
        amountMinor: 0n,
        count: 0,
        maxAmountMinor: undefined,
        maxCount: undefined,
      };
      counters.set(key, sum);
    }
    sum.amountMinor += demand.amountMinor;
    sum.count += demand.count;
    sum.maxAmountMinor = lower(sum.maxAmountMinor, demand.maxAmountMinor);
    sum.maxCount = lower(sum.maxCount, demand.maxCount);
    columns.demandCounter.push(number(sum.number));
    columns.demandAmount.push(number(demand.amountMinor));
    columns.demandCount.push(number(demand.count));
    columns.demandMaxAmount.push(number(demand.maxAmountMinor));
    columns.demandMaxCount.push(number(demand.maxCount));
  }
}

/** Proposals may be made on facts of different ages: the lowest bound is looked at, and where it does not hold, each by its own. */
function lower<T extends bigint | number>(known: T | undefined, also: T | undefined): T | undefined {
  if (known === undefined || also === undefined) return known ?? also;
  return also < known ? also : known;
}

function addCounter(
  columns: Columns,
  { place, demand, amountMinor, count, maxAmountMinor, maxCount }: CounterSum,
): void {
  columns.counterPlace.push(number(place));
  columns.counterLimit.push(number(demand.limitId));
  columns.counterWindow.push(demand.window);
  columns.counterStart.push(demand.windowStart);
  columns.counterAmount.push(number(amountMinor));
  columns.counterCount.push(number(count));
  columns.counterMaxAmount.push(number(maxAmountMinor));
  columns.counterMaxCount.push(number(maxCount));
}
