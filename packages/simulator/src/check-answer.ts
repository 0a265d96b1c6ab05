import { isObject, NumberText, parseAnswer } from './answer.ts';
import { sameAmount, toDecimalText, toSignedMinor } from './decimal-money.ts';
import type { AnswerObject, AnswerValue } from './answer.ts';
import type { Message } from './message.ts';
import type { InquiryBalances, Prediction, Verdict } from './model.ts';

/** A gateway's answer as it came. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Everything that is wrong with an answer, one line each; empty when it is right (PROTOCOL sections 7.1 and 7.2). */
export function checkAnswer(message: Message, predicted: Prediction, answer: Answer, repeatOf?: Answer): string[] {
  const faults: string[] = [];
  const prediction = fitting(predicted, answer);
  if (answer.status !== prediction.status) faults.push(`status ${answer.status}, expected ${prediction.status}`);
  if (repeatOf !== undefined && repeatOf.body !== answer.body) faults.push('body differs from the first answer');
  const body = parseAnswer(answer.body);
  if (!isObject(body)) return [...faults, 'body is no JSON object'];
  for (const member of Object.keys(body)) {
    if (member !== 'jit_funding') faults.push(`member ${member} is not allowed`);
  }
  const funding = body['jit_funding'];
  if (!isObject(funding)) return [...faults, 'jit_funding is missing'];
  return [
    ...faults,
    ...checkEcho(message, funding),
    ...checkTexts(funding),
    ...checkReason(prediction, answer, funding),
    ...checkBalances(message, prediction, funding['balances']),
  ];
}

/** Where several answers are right, the one that was given, so that the rest of it is checked as such. */
function fitting(predicted: Prediction, answer: Answer): Prediction {
  const given = { status: answer.status, reason: answer.status === 402 ? declineReasonOf(answer) : undefined };
  const fits = ({ status, declineReason }: Verdict): boolean =>
    status === given.status && (status === 200 || declineReason === given.reason);
  const other = fits(predicted) ? undefined : predicted.alsoRight?.find(fits);
  if (other === undefined) return predicted;
  return { ...other, basis: predicted.basis };
}

/** The reason that a decline gives; `none` when it gives none that could be one. */
export function declineReasonOf(answer: Answer): string {
  const body = parseAnswer(answer.body);
  const funding = isObject(body) ? body['jit_funding'] : undefined;
  const reason = isObject(funding) ? funding['decline_reason'] : undefined;
  return typeof reason === 'string' && /^[A-Z_]{1,60}$/.test(reason) ? reason : 'none';
}

/** Members required, and members that may be echoed but must then be equal. Anything else was copied from the request. */
function checkEcho(message: Message, funding: AnswerObject): string[] {
  const { payer } = message;
  const required = {
    token: message.messageToken,
    method: message.kind.method,
    user_token: payer.kind === 'user' ? payer.token : message.userToken,
  };
  const optional = {
    acting_user_token: message.userToken,
    business_token: payer.kind === 'business' ? payer.token : undefined,
    original_jit_funding_token: message.extends?.messageToken,
  };
  const faults: string[] = [];
  for (const [member, value] of Object.entries({ ...required, ...optional })) {
    const isMissing = funding[member] === undefined && !(member in required);
    if (!isMissing && funding[member] !== value) faults.push(`${member} is not the request's`);
  }
  const amount = funding['amount'];
  if (!(amount instanceof NumberText)) faults.push('amount is no number');
  else if (!sameAmount(amount.text, message.amountText)) faults.push("amount is not the request's");
  const known = new Set([...Object.keys(required), ...Object.keys(optional), 'amount', ...FREE_MEMBERS]);
  for (const member of Object.keys(funding)) {
    if (!known.has(member)) faults.push(`member jit_funding.${member} is not allowed`);
  }
  return faults;
}

const FREE_MEMBERS = ['memo', 'tags', 'decline_reason', 'balances'];

function checkTexts(funding: AnswerObject): string[] {
  const faults: string[] = [];
  for (const [member, maxLength] of [
    ['memo', 99],
    ['tags', 255],
  ] as const) {
    const value = funding[member];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > maxLength) faults.push(`${member} is no text of ${maxLength}`);
  }
  return faults;
}

function checkReason(prediction: Prediction, answer: Answer, funding: AnswerObject): string[] {
  const reason = funding['decline_reason'];
  if (answer.status === 200) return reason === undefined ? [] : ['decline_reason beside an approval'];
  if (reason === undefined) return ['decline_reason is missing'];
  // A wrong status was named already; the reason of a decline that should not be says no more.
  if (prediction.declineReason === undefined || reason === prediction.declineReason) return [];
  return [`decline_reason ${plain(reason)}, expected ${prediction.declineReason}`];
}

/** Approved balance inquiries carry the balances of the account, exactly; nothing else carries any. */
function checkBalances(message: Message, prediction: Prediction, answered: AnswerValue | undefined): string[] {
  const { balances, balancesUpTo } = prediction;
  if (balances === undefined) return answered === undefined ? [] : ['balances were not asked for'];
  if (!isObject(answered)) return ['balances are missing'];
  const { currency } = message;
  const others = Object.keys(answered).filter((member) => member !== currency);
  const faults = others.map((member) => `balances.${member} is not allowed`);
  const balance = answered[currency];
  if (!isObject(balance)) return [...faults, `balances.${currency} is missing`];
  const least = balanceMembers(balances);
  const most = balanceMembers(balancesUpTo ?? balances);
  if (balance['currency_code'] !== currency) faults.push(`balances.${currency}.currency_code is not ${currency}`);
  for (const [member, low] of Object.entries(least)) {
    const value = balance[member];
    const high = most[member] ?? low;
    if (!isBetween(value, low, high, currency))
      faults.push(`balances.${currency}.${member} ${plain(value)}, expected ${rangeText(low, high, currency)}`);
  }
  for (const member of Object.keys(balance)) {
    if (member !== 'currency_code' && !(member in least)) faults.push(`balances.${currency}.${member} is not allowed`);
  }
  return faults;
}

function balanceMembers({ postedMinor, availableMinor, pendingMinor }: InquiryBalances): Record<string, bigint> {
  return {
    ledger_balance: postedMinor,
    available_balance: availableMinor,
    credit_balance: 0n,
    pending_credits: pendingMinor,
  };
}

function isBetween(value: AnswerValue | undefined, low: bigint, high: bigint, currency: string): boolean {
  const minor = value instanceof NumberText ? toSignedMinor(value.text, currency) : undefined;
  return minor !== undefined && minor >= low && minor <= high;
}

function rangeText(low: bigint, high: bigint, currency: string): string {
  const text = toDecimalText(low, currency);
  return low === high ? text : `${text} to ${toDecimalText(high, currency)}`;
}

function plain(value: AnswerValue | undefined): string {
  if (value instanceof NumberText) return value.text;
  return typeof value === 'string' ? value.slice(0, 60) : `(${value === undefined ? 'missing' : typeof value})`;
}
