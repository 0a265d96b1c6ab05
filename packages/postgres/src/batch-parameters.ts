import type { CounterDemand, Proposal } from '@freeway/core';
import { requestRow } from './request-row.ts';
import { numberField, rowLiteral } from './row-literal.ts';

/** The parameters of authorize_requests (migrations/0018_rows.sql) in their order, with their types. */
const TYPES = {
  skipLocked: 'boolean',
  chainsMeet: 'boolean',
  chainsBound: 'boolean',
  credits: 'boolean',
  inquiries: 'boolean',
  changes: 'integer',
  records: 'text',
  requests: 'authorization_request[]',
  accounts: 'bigint[]',
  accountAmount: 'bigint[]',
  counters: 'authorization_counter[]',
  demandFrom: 'integer[]',
  demandCounter: 'integer[]',
  demandAmount: 'bigint[]',
  demandCount: 'integer[]',
  demandMaxAmount: 'bigint[]',
  demandMaxCount: 'integer[]',
} as const;

type ArrayName = {
  [name in keyof typeof TYPES]: (typeof TYPES)[name] extends `${string}[]` ? name : never;
}[keyof typeof TYPES];

/** Elements of the server's array literals: the driver would look at every element to find out how to write it. */
type Elements = { readonly [name in ArrayName]: string[] };

type Parameters = {
  readonly [name in keyof typeof TYPES]: name extends ArrayName ? string : boolean | number | string;
};

const NAMES = Object.keys(TYPES) as (keyof typeof TYPES)[];

/** As the statement names them: `$1::boolean, ...`. */
export const PARAMETERS: string = Object.values(TYPES)
  .map((type, index) => `$${index + 1}::${type}`)
  .join(', ');

/** Between records: JSON has no such character in it. */
const RECORD_SEPARATOR = '\u001e';

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

/** Proposals as the statement takes them, in the order of PARAMETERS. `skipLocked`: an account that someone else has locked is not waited for. */
export function parametersOf(proposals: readonly Proposal[], skipLocked: boolean): (boolean | number | string)[] {
  const elements = noElements();
  const places = addAccounts(elements, proposals);
  const counters = new Map<string, CounterSum>();
  for (const proposal of proposals) {
    elements.requests.push(requestRow(proposal, places.get(proposal.accountId ?? '')));
    addDemands(elements, proposal, places, counters);
  }
  elements.demandFrom.push(String(elements.demandCounter.length + 1));
  for (const counter of counters.values()) elements.counters.push(counterRow(counter));
  const sums = [...counters.values()];
  const parameters: Parameters = {
    skipLocked,
    ...traitsOf(proposals),
    changes: elements.accountAmount.filter((amount) => amount !== '0').length + sums.filter(moves).length,
    records: proposals.map(({ record }) => record).join(RECORD_SEPARATOR),
    ...literalsOf(elements),
  };
  return NAMES.map((name) => parameters[name]);
}

function noElements(): Elements {
  return {
    requests: [],
    accounts: [],
    accountAmount: [],
    counters: [],
    demandFrom: [],
    demandCounter: [],
    demandAmount: [],
    demandCount: [],
    demandMaxAmount: [],
    demandMaxCount: [],
  };
}

function literalsOf(elements: Elements): Record<ArrayName, string> {
  const literals = Object.entries(elements).map(([name, values]) => [name, `{${values.join(',')}}`]);
  return Object.fromEntries(literals) as Record<ArrayName, string>;
}

/** What the statement need not look for where no proposal has it. */
function traitsOf(proposals: readonly Proposal[]) {
  const chains = new Set<string>();
  let chainsBound = false;
  let credits = false;
  let inquiries = false;
  for (const { chainToken, request, decision } of proposals) {
    chains.add(chainToken);
    inquiries ||= request.kind === 'balance_inquiry';
    if (decision.outcome === 'decline') continue;
    chainsBound ||= decision.reservation.chainMaxMinor !== undefined;
    credits ||= decision.reservation.effect === 'expected_credit';
  }
  return { chainsMeet: chains.size < proposals.length, chainsBound, credits, inquiries };
}

function moves({ amountMinor, count }: CounterSum): boolean {
  return amountMinor > 0n || count > 0;
}

const NULL = 'NULL';

function number(value: number | bigint | undefined): string {
  return value === undefined ? NULL : String(value);
}

/** Accounts are locked in their order; each request names its own by its place, from 1. */
function addAccounts(elements: Elements, proposals: readonly Proposal[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, bigint>();
  for (const { accountId, request, decision } of proposals) {
    if (accountId === undefined) continue;
    const takes = decision.outcome === 'approve' && decision.reservation.effect === 'hold';
    amounts.set(accountId, (amounts.get(accountId) ?? 0n) + (takes ? request.amountMinor : 0n));
  }
  const places = new Map<string, number>();
  for (const accountId of [...amounts.keys()].toSorted(byNumber)) {
    elements.accounts.push(accountId);
    elements.accountAmount.push(number(amounts.get(accountId)));
    places.set(accountId, places.size + 1);
  }
  return places;
}

/** Numbers as text, without leading zeros. */
function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

function addDemands(
  elements: Elements,
  { accountId = '', decision }: Proposal,
  places: ReadonlyMap<string, number>,
  counters: Map<string, CounterSum>,
): void {
  elements.demandFrom.push(number(elements.demandCounter.length + 1));
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
    elements.demandCounter.push(number(sum.number));
    elements.demandAmount.push(number(demand.amountMinor));
    elements.demandCount.push(number(demand.count));
    elements.demandMaxAmount.push(number(demand.maxAmountMinor));
    elements.demandMaxCount.push(number(demand.maxCount));
  }
}

/** Proposals may be made on facts of different ages: the lowest bound is looked at, and where it does not hold, each by its own. */
function lower<T extends bigint | number>(known: T | undefined, also: T | undefined): T | undefined {
  if (known === undefined || also === undefined) return known ?? also;
  return also < known ? also : known;
}

/** An element of authorization_counter[]. */
function counterRow({ place, demand, amountMinor, count, maxAmountMinor, maxCount }: CounterSum): string {
  return rowLiteral([
    numberField(place),
    numberField(demand.limitId),
    demand.window,
    demand.windowStart,
    numberField(amountMinor),
    numberField(count),
    numberField(maxAmountMinor),
    numberField(maxCount),
  ]);
}
