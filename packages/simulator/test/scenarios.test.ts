import { describe, expect, it } from 'vitest';
import { createScenarioTools, type ScenarioTools } from '../src/scenario/scenario-tools.ts';
import { loadScenario, scenarioNames } from '../src/scenario/scenario-files.ts';
import { readScenario } from '../src/scenario/read-scenario.ts';
import { tellRecord, tellRequest } from '../src/scenario/tell-step.ts';
import type { Scenario, ScenarioStep } from '../src/scenario/scenario.ts';

const who = { userToken: 'u', cardToken: 'c' };

function load(name: string): Scenario {
  const result = loadScenario(name);
  if (!result.ok) throw new Error(result.faults.join('; '));
  return result.scenario;
}

function balances({ model }: ScenarioTools) {
  const [account] = [...model.expectedBalances()];
  return account!;
}

/** Plays a step with the model as the gateway, and says what it moved. */
function play(tools: ScenarioTools, step: ScenarioStep): ScenarioStep['expect'] {
  const before = { ...balances(tools) };
  const { model } = tools;
  let answer: string | undefined;
  let token: string;
  if (step.kind.is === 'request') {
    const message = tools.messageOf(step, step.kind.kind);
    const prediction = model.predict(message);
    const isAsked = step.gateway !== 'not_asked';
    if (isAsked) {
      model.settle(message, prediction, prediction);
      answer = prediction.declineReason ?? 'approved';
    }
    const body = JSON.stringify({ jit_funding: { decline_reason: prediction.declineReason } });
    const asked = { durationMs: 1, timedOut: false, answer: { status: prediction.status, body } };
    token = tellRequest(tools, step, message, isAsked ? asked : undefined).message.transactionToken;
  } else {
    token = tellRecord(tools, step, step.kind.kind).message.transactionToken;
  }
  const after = balances(tools);
  return {
    ...(answer === undefined ? {} : { answer }),
    postedMinor: after.postedMinor - before.postedMinor,
    heldMinor: after.heldMinor - before.heldMinor,
    pendingMinor: after.pendingMinor - before.pendingMinor,
    exceptions: [...model.expectedOddities()].filter((odd) => odd.token === token).map(({ reason }) => reason),
  };
}

describe('scenario files', () => {
  it.each(scenarioNames())('%s says what the simulator itself makes of it', (name) => {
    const scenario = load(name);
    expect(scenario.steps.length).toBeGreaterThan(0);
    expect(scenario.title).not.toBe('');
    const tools = createScenarioTools(scenario, who, 'test', () => Date.UTC(2026, 4, 31, 12));
    for (const step of scenario.steps) expect({ [step.name]: play(tools, step) }).toEqual({ [step.name]: step.expect });
  });

  it('cover every recipe of PROTOCOL section 5.6', () => {
    const types = new Set(scenarioNames().flatMap((name) => load(name).steps.map(({ type }) => type)));
    for (const type of [
      'authorization',
      'authorization.incremental',
      'authorization.advice',
      'authorization.reversal',
      'authorization.reversal.issuerexpiration',
      'authorization.clearing',
      'pindebit',
      'pindebit.cashback',
      'authorization.atm.withdrawal',
      'refund',
      'refund.authorization',
      'original.credit.authorization',
      'authorization.clearing.chargeback',
    ])
      expect(types).toContain(type);
  });

  it('keep amounts exactly as written', () => {
    const text = JSON.stringify(file()).replace('"amount":1', '"amount":123456789012.34');
    const result = readScenario('exact', text);
    expect(result.ok && result.scenario.steps[0]!.amountMinor).toBe(123_456_789_012_34n);
  });
});

const STEP = { step: 'first', type: 'authorization', amount: 1 };
function file(changes: object = {}, step: object = {}) {
  return {
    title: 'T',
    about: 'A',
    account: { currency: 'USD', balance: '1.00' },
    steps: [{ ...STEP, ...step }],
    ...changes,
  };
}

describe('a scenario that is wrong', () => {
  it.each<[string, unknown, string]>([
    ['no object', 1, 'it is no JSON object'],
    ['without title', file({ title: undefined }), 'title: it is missing'],
    [
      'with a word that nobody knows',
      file({ colour: 1 }),
      'colour: nobody knows this word; known are title, about, account, steps',
    ],
    [
      'in a currency that is not simulated',
      file({ account: { currency: 'XXX', balance: '1' } }),
      'account.currency: XXX is none of USD, EUR, JPY, KWD',
    ],
    ['without steps', file({ steps: [] }), 'steps: there are none'],
    ['with a step that is none', file({ steps: [1] }), 'steps[0]: it is no object'],
    ['with a type that is none', file({}, { type: 'purchase' }), 'steps[0].type: purchase is none of authorization, '],
    ['with too many decimals', file({}, { amount: '1.001' }), 'steps[0].amount: it is no amount of USD'],
    ['without an amount', file({}, { amount: undefined }), 'steps[0].amount: it is missing'],
    [
      'that follows what is not there',
      file({}, { preceding_related_transaction_token: 'x' }),
      'steps[0].preceding_related_transaction_token: no step before is named x',
    ],
    ['with two steps of one name', file({ steps: [STEP, STEP] }), 'steps[1].step: there is a step first before'],
    ['that misspells a word', file({}, { amuont: 1 }), 'steps[0].amuont: nobody knows this word'],
    [
      'that expects no number',
      file({}, { expect: { held: 'much' } }),
      'steps[0].expect.held: it is no change such as +1.00 or -1.00 of USD',
    ],
    [
      'that expects another thing',
      file({}, { expect: { balance: '1' } }),
      'steps[0].expect.balance: nobody knows this word',
    ],
    [
      'with a gateway that does something else',
      file({}, { platform: { gateway: 'sleeps' } }),
      'steps[0].platform.gateway: it is no word of asked, late, not_asked',
    ],
  ])('%s is told so', (_name, content, expected) => {
    const result = readScenario('wrong', JSON.stringify(content));
    expect(result.ok ? 'nothing wrong' : result.faults.join('\n')).toContain(expected);
  });

  it('tells everything at once', () => {
    const result = readScenario('wrong', JSON.stringify(file({ title: undefined }, { type: 'x', amount: 'y' })));
    expect(result.ok ? [] : result.faults).toHaveLength(3);
  });

  it('is no file at all', () => {
    expect(loadScenario('/nowhere/at/all.json')).toEqual({
      ok: false,
      faults: ['there is no scenario /nowhere/at/all.json, nor a file of this name'],
    });
  });
});
