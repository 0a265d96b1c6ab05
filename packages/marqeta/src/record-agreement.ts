import { isObject, readReference, readText, type Writable } from './read-member.ts';
import { signedMinorAt } from './record-amount.ts';
import { partAt, type WireOrder, type WirePart, type WireRecord } from './wire-record.ts';

/** What a record says besides about our own books and our own answer (money.md *agreement*). Moves no money. */
export interface PlatformView {
  /** Minor units of the record's currency. With JIT funding: what is held and not cleared (PROTOCOL 5.5). */
  readonly ledgerBalanceMinor?: bigint;
  readonly availableBalanceMinor?: bigint;
  /** Signed. What it means depends on the type: PROTOCOL 5.5. */
  readonly impactedMinor?: bigint;
  /** How the platform recorded our answer; absent where it asked nobody. */
  readonly answer?: LoggedAnswer;
}

export interface LoggedAnswer {
  /** The decision id that our answer carried; absent where the tags are not ours. */
  readonly decisionId?: string;
  /** The HTTP status of our answer. */
  readonly status?: number;
  readonly timedOut?: boolean;
  /** Milliseconds that the platform waited for us. */
  readonly durationMs?: number;
  /** The platform's words; may quote our answer. Not for logs. */
  readonly message?: string;
}

export function platformViewOf(record: WireRecord, { order }: WireOrder, currency: string): PlatformView {
  const view: Writable<PlatformView> = {};
  const ledger = balanceAt(record, 'ledger_balance', currency);
  if (ledger !== undefined) view.ledgerBalanceMinor = ledger;
  const available = balanceAt(record, 'available_balance', currency);
  if (available !== undefined) view.availableBalanceMinor = available;
  const impacted = balanceAt(record, 'impacted_amount', currency);
  if (impacted !== undefined) view.impactedMinor = impacted;
  const answer = order === undefined ? undefined : answerOf(order);
  if (answer !== undefined) view.answer = answer;
  return view;
}

/** Of the record's own currency: the top-level pair is in the programme's (PROTOCOL 5.5). */
function balanceAt(record: WireRecord, member: string, currency: string): bigint | undefined {
  const path = record.pathTo('gpa');
  const gpa = partAt(record.message['gpa'], path);
  if (gpa === undefined || currency === '') return undefined;
  const balances = gpa.members['balances'];
  const own = isObject(balances) ? partAt(balances[currency], [...path, 'balances', currency]) : undefined;
  const named = readReference(gpa.members['currency_code']);
  const parts = [own, named === undefined || named === currency ? gpa : undefined];
  for (const part of parts) {
    const minor = part === undefined ? undefined : signedMinorAt(record, part, member, currency);
    if (minor !== undefined) return minor;
  }
  return undefined;
}

/** Ours are decimal digits (PROTOCOL 7.1); other gateways' tags come back too. */
const DECISION_ID = /^\d{1,19}$/;

function answerOf({ members }: WirePart): LoggedAnswer | undefined {
  const { funding } = members;
  const log = isObject(funding) && isObject(funding['gateway_log']) ? funding['gateway_log'] : undefined;
  const tags = readReference(members['tags']);
  const decisionId = tags !== undefined && DECISION_ID.test(tags) ? tags : undefined;
  if (log === undefined && decisionId === undefined) return undefined;
  const answer: Writable<LoggedAnswer> = {};
  if (decisionId !== undefined) answer.decisionId = decisionId;
  const response = log?.['response'];
  const status = Number(isObject(response) ? readReference(response['code']) : undefined);
  if (Number.isInteger(status)) answer.status = status;
  // True means too late, whatever the published description says (PROTOCOL 7.5).
  const timedOut = log?.['timed_out'];
  if (typeof timedOut === 'boolean') answer.timedOut = timedOut;
  const duration = log?.['duration'];
  if (typeof duration === 'number' && duration >= 0 && Number.isFinite(duration)) answer.durationMs = duration;
  const message = readText(log?.['message']);
  if (message !== undefined) answer.message = message;
  return answer;
}
