import { isObject, NumberText, parseAnswer, type AnswerObject, type AnswerValue } from '../answer.ts';
import { createScenarioTools, type Protagonist } from './scenario-tools.ts';
import { sameAmount, toDecimalText } from '../decimal-money.ts';
import { tellRecord, tellRequest } from './tell-step.ts';
import type { Happening } from '../records/happening.ts';
import type { SandboxApi } from './sandbox-api.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

/** What Marqeta's sandbox made of a step, beside what our table says. */
export interface SandboxOutcome {
  readonly step: ScenarioStep;
  readonly status: 'same' | 'different' | 'refused' | 'skipped';
  readonly transactionToken?: string;
  /** Why it was skipped or refused, or where the platform's record differs. */
  readonly notes: readonly string[];
}

/**
 * Plays a scenario on Marqeta's own sandbox by Simulations 2.0 and compares the records that the platform makes with the ones
 * that the simulator would make. What the sandbox cannot play is skipped, and what follows it (PROTOCOL section 13).
 */
export async function* runOnSandbox(
  scenario: Scenario,
  api: SandboxApi,
  who: Protagonist,
  runId: string,
): AsyncGenerator<SandboxOutcome> {
  const tools = createScenarioTools(scenario, who, runId, Date.now);
  const tokens = new Map<string, string>();
  for (const step of scenario.steps) {
    const ours = tell(tools, step);
    const why = unplayable(step, tokens);
    if (why !== undefined) {
      yield { step, status: 'skipped', notes: [why] };
      continue;
    }
    const { status, text } = await api.post(`/simulations/cardtransactions/${step.type}`, bodyOf(step, who, tokens));
    const made = transactionIn(text);
    const token = made?.['token'];
    if (status >= 300 || made === undefined || typeof token !== 'string') {
      yield { step, status: 'refused', notes: [`the sandbox answered ${status}: ${text.slice(0, 200)}`] };
      continue;
    }
    tokens.set(step.name, token);
    // The record itself says more than the simulation's answer, once it can be read.
    const record = transactionIn((await api.get(`/transactions/${encodeURIComponent(token)}`)).text) ?? made;
    const notes = compare(record, ours);
    yield { step, status: notes.length === 0 ? 'same' : 'different', transactionToken: token, notes };
  }
}

/** What the simulator would tell of the step when the gateway approves it. */
function tell(tools: ReturnType<typeof createScenarioTools>, step: ScenarioStep): Happening {
  if (step.kind.is === 'record') return tellRecord(tools, step, step.kind.kind);
  const asked = { durationMs: 0, timedOut: false, answer: { status: 200, body: '{}' } };
  return tellRequest(tools, step, tools.messageOf(step, step.kind.kind), asked);
}

function unplayable(
  { type, gateway, standIn, follows }: ScenarioStep,
  tokens: ReadonlyMap<string, string>,
): string | undefined {
  if (follows !== undefined && !tokens.has(follows)) return `it follows ${follows}, which was not played`;
  if (gateway !== 'asked' || standIn !== undefined) return 'the sandbox plays no stand-in and no late answers';
  if (type.includes('.chargeback')) return 'the sandbox plays no chargebacks';
  if (type.endsWith('.issuerexpiration')) return 'the sandbox lets no hold expire';
  if (type.endsWith('.adjustment') || type.startsWith('directdeposit'))
    return 'it is no card transaction of Simulations 2.0';
  return undefined;
}

/** JSON text, numbers as written in the file. */
function bodyOf(
  { words, follows }: ScenarioStep,
  { cardToken }: Protagonist,
  tokens: ReadonlyMap<string, string>,
): string {
  const body: Record<string, unknown> = { ...words };
  if ('card_token' in body) body['card_token'] = cardToken;
  if (follows !== undefined) body['preceding_related_transaction_token'] = tokens.get(follows);
  return JSON.stringify(body, (_key, value: unknown) => (value instanceof NumberText ? rawJson(value.text) : value));
}

const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Simulations wrap the transaction, reading it does not. */
function transactionIn(text: string): AnswerObject | undefined {
  const body = parseAnswer(text);
  if (!isObject(body)) return undefined;
  const wrapped = body['transaction'];
  if (isObject(wrapped)) return wrapped;
  return typeof body['token'] === 'string' ? body : undefined;
}

function compare(record: AnswerObject, { kind, message, amountMinor, shownMinor }: Happening): string[] {
  const { currency } = message;
  const order = record[kind.order ?? 'gpa_order'];
  const funding = isObject(order) ? order['jit_funding'] : undefined;
  const rows: [name: string, theirs: AnswerValue | undefined, ours: string | undefined][] = [
    ['type', record['type'], kind.type],
    ['state', record['state'], kind.state],
    ['amount', record['amount'], toDecimalText(shownMinor ?? amountMinor, currency)],
    ['method', isObject(funding) ? funding['method'] : undefined, kind.method],
    ['funded amount', isObject(funding) ? funding['amount'] : undefined, toDecimalText(amountMinor, currency)],
  ];
  const notes: string[] = [];
  for (const [name, theirs, ours] of rows) {
    // Without Gateway JIT on the card product there is no funding to compare.
    if (theirs === undefined && (name === 'method' || name === 'funded amount')) continue;
    if (!isSame(theirs, ours)) notes.push(`${name} ${plain(theirs)}, our table says ${ours ?? 'none'}`);
  }
  if (funding === undefined && kind.method !== undefined)
    notes.push('no funding in the record: is Gateway JIT enabled on the card product?');
  return notes;
}

function isSame(theirs: AnswerValue | undefined, ours: string | undefined): boolean {
  return theirs instanceof NumberText && ours !== undefined ? sameAmount(theirs.text, ours) : theirs === ours;
}

function plain(value: AnswerValue | undefined): string {
  return value instanceof NumberText ? value.text : typeof value === 'string' ? value : 'none';
}
