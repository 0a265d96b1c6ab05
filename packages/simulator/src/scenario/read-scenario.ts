import { CURRENCIES } from '../currencies.ts';
import { isObject, parseAnswer, type AnswerObject, type AnswerValue } from '../answer.ts';
import { createWords, type Words } from './words.ts';
import {
  RECORD_TYPES,
  REQUEST_TYPES,
  type Scenario,
  type ScenarioStep,
  type StepExpectation,
  type StepKind,
} from './scenario.ts';
import type { StandIn } from '../records/happening.ts';

export type ScenarioResult =
  | { readonly ok: true; readonly scenario: Scenario }
  /** One sentence each, with where it is. */
  | { readonly ok: false; readonly faults: readonly string[] };

/** Reads a scenario file and says everything that is wrong with it. */
export function readScenario(name: string, text: string): ScenarioResult {
  const file = parseAnswer(text);
  if (!isObject(file)) return { ok: false, faults: ['it is no JSON object'] };
  const faults: string[] = [];
  const words = createWords(file, '', faults);
  const title = words.text('title') ?? '';
  const about = words.text('about') ?? '';
  const account = readAccount(words.object('account'), faults);
  const steps = readSteps(words.list('steps') ?? [], account.currency, faults);
  words.end();
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scenario: { name, title, about, account, steps } };
}

function readAccount(value: AnswerObject | undefined, faults: string[]): Scenario['account'] {
  const words = createWords(value ?? {}, 'account', faults);
  const currency = words.text('currency') ?? 'USD';
  if (CURRENCIES[currency] === undefined)
    faults.push(`account.currency: ${currency} is none of ${Object.keys(CURRENCIES).join(', ')}`);
  const balanceMinor = words.amount('balance', currency) ?? 0n;
  words.end();
  return { currency, balanceMinor };
}

function readSteps(values: readonly AnswerValue[], currency: string, faults: string[]): ScenarioStep[] {
  if (values.length === 0) faults.push('steps: there are none');
  const steps: ScenarioStep[] = [];
  for (const [index, value] of values.entries()) {
    const where = `steps[${index}]`;
    if (!isObject(value)) {
      faults.push(`${where}: it is no object`);
      continue;
    }
    const before = new Set(steps.map(({ name }) => name));
    const step = readStep(createWords(value, where, faults), { value, currency, before });
    if (before.has(step.name)) faults.push(`${where}.step: there is a step ${step.name} before`);
    steps.push(step);
  }
  return steps;
}

interface Context {
  readonly value: AnswerObject;
  readonly currency: string;
  /** Names of the steps before. */
  readonly before: ReadonlySet<string>;
}

const OUR_WORDS = ['step', 'type', 'expect', 'platform'];

function readStep(words: Words, { value, currency, before }: Context): ScenarioStep {
  const name = words.text('step') ?? '';
  const type = words.text('type') ?? '';
  words.optionalText('card_token');
  const follows = words.optionalText('preceding_related_transaction_token');
  if (follows !== undefined && !before.has(follows))
    words.fault('preceding_related_transaction_token', `no step before is named ${follows}`);
  const cashBackMinor = words.amount('cash_back_amount', currency, true);
  const merchant = words.optionalObject('card_acceptor');
  const isForcePost = words.flag('force_post') ?? false;
  const platform = words.optionalObject('platform');
  const gateway = platform?.choice('gateway', ['asked', 'late', 'not_asked']) ?? 'asked';
  const standIn = platform?.choice('stand_in', ['COMMANDO_AUTO', 'COMMANDO_MANUAL', 'NETWORK']) as StandIn | undefined;
  const kind = kindOf(words, { type, isForcePost, reading: platform?.choice('advice', ['difference', 'total']) });
  const step: ScenarioStep = {
    name,
    type,
    kind,
    amountMinor: words.amount('amount', currency) ?? 0n,
    ...(cashBackMinor === undefined ? {} : { cashBackMinor }),
    network: words.optionalText('network') ?? 'VISA',
    mid: merchant?.optionalText('mid') ?? '000000011111',
    mcc: merchant?.optionalText('mcc') ?? '5411',
    isPreauthorization: words.flag('is_preauthorization') ?? false,
    fastFunds: words.optionalObject('original_credit', true)?.flag('fast_funds_enabled') ?? false,
    ...(follows === undefined ? {} : { follows }),
    gateway,
    ...(standIn === undefined ? {} : { standIn }),
    ...readClearing(platform, currency),
    ...readDispute(platform),
    expect: readExpectation(words.optionalObject('expect'), currency),
    words: Object.fromEntries(Object.entries(value).filter(([word]) => !OUR_WORDS.includes(word))),
  };
  merchant?.end();
  platform?.end();
  words.end();
  return step;
}

function kindOf(
  words: Words,
  {
    type,
    isForcePost,
    reading,
  }: { readonly type: string; readonly isForcePost: boolean; readonly reading: string | undefined },
): StepKind {
  const request = REQUEST_TYPES[type];
  if (request !== undefined) return { is: 'request', kind: request };
  const record = RECORD_TYPES[type];
  if (record === undefined) {
    words.fault(
      'type',
      `${type} is none of ${[...Object.keys(REQUEST_TYPES), ...Object.keys(RECORD_TYPES)].join(', ')}`,
    );
    return { is: 'record', kind: 'clearing' };
  }
  if (type === 'authorization.clearing' && isForcePost) return { is: 'record', kind: 'force_post' };
  if (type === 'authorization.advice' && reading === 'difference')
    return { is: 'record', kind: 'advice_by_difference' };
  return { is: 'record', kind: record };
}

function readClearing(
  platform: Words | undefined,
  currency: string,
): Pick<ScenarioStep, 'isFinal' | 'releaseMinor' | 'part'> {
  const isFinal = platform?.flag('is_final_clearing');
  const releaseMinor = platform?.amount('amount_to_be_released', currency, true);
  const number = platform?.optionalText('multi_clearing_sequence_number');
  const count = platform?.optionalText('multi_clearing_sequence_count');
  return {
    ...(isFinal === undefined ? {} : { isFinal }),
    ...(releaseMinor === undefined ? {} : { releaseMinor }),
    ...(number === undefined || count === undefined ? {} : { part: { number: Number(number), count: Number(count) } }),
  };
}

function readDispute(platform: Words | undefined): Pick<ScenarioStep, 'dispute'> {
  const dispute = platform?.optionalObject('chargeback');
  if (dispute === undefined) return {};
  const name = dispute.text('token') ?? '';
  const creditsUser = dispute.flag('credit_user') ?? false;
  dispute.end();
  return { dispute: { name, creditsUser } };
}

function readExpectation(words: Words | undefined, currency: string): StepExpectation {
  const answer = words?.optionalText('answer');
  const expectation = {
    ...(answer === undefined ? {} : { answer }),
    postedMinor: words?.change('posted', currency) ?? 0n,
    heldMinor: words?.change('held', currency) ?? 0n,
    pendingMinor: words?.change('pending', currency) ?? 0n,
    exceptions: words?.texts('exceptions') ?? [],
  };
  words?.end();
  return expectation;
}
