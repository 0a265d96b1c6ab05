import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { buildRequest } from '../request.ts';
import { createScenarioTools, type Protagonist, type ScenarioTools } from './scenario-tools.ts';
import { declineReasonOf, type Answer } from '../check-answer.ts';
import { tellRecord, tellRequest } from './tell-step.ts';
import { toDecimalText } from '../decimal-money.ts';
import type { Happening } from '../records/happening.ts';
import type { Notification } from '../webhooks/webhook-sender.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

/** The Freeway that a scenario runs against. */
export interface ScenarioHost extends Protagonist {
  /** Undefined when no answer came. */
  ask(body: string): Promise<Answer | undefined>;
  /** Whether it was acknowledged. */
  tell(notification: Notification): Promise<boolean>;
  /** The protagonist's account, and what is listed about one transaction. */
  balances(): Promise<HostBalances>;
  /** Whether the ledger knows the platform's record of a transaction. */
  isBooked(transactionToken: string): Promise<boolean>;
  exceptions(transactionToken: string): Promise<readonly string[]>;
}

export interface HostBalances {
  readonly postedMinor: bigint;
  readonly heldMinor: bigint;
  readonly pendingMinor: bigint;
}

/** What a step was to do and did: changes by the step, minor units. */
export interface StepEffect extends HostBalances {
  readonly answer?: string;
  readonly exceptions: readonly string[];
}

export interface StepOutcome {
  readonly step: ScenarioStep;
  readonly transactionToken: string;
  readonly expected: StepEffect;
  readonly actual: StepEffect;
  /** One sentence each; empty when all is as expected. */
  readonly faults: readonly string[];
}

export interface RunOptions {
  /** Makes tokens of its own for each run. */
  readonly runId: string;
  /** How long the effect of a record is waited for. */
  readonly waitMs: number;
}

/** Plays a scenario step by step and compares what the ledger does with what it must. */
export async function* runScenario(
  scenario: Scenario,
  host: ScenarioHost,
  { runId, waitMs }: RunOptions,
): AsyncGenerator<StepOutcome> {
  const tools = createScenarioTools(scenario, host, runId, Date.now);
  for (const step of scenario.steps) {
    const before = await host.balances();
    const { happening, answer, faults } = await play(tools, host, step);
    const token = happening.message.transactionToken;
    for (const notification of tools.told.splice(0))
      if (!(await host.tell(notification))) faults.push('its webhook was not acknowledged');
    if (!(await isBookedWithin(host, token, waitMs))) faults.push('its record is not in the ledger');
    const after = await host.balances();
    const { expect: expected } = step;
    const actual: StepEffect = {
      ...(answer === undefined ? {} : { answer: answerWord(answer) }),
      postedMinor: after.postedMinor - before.postedMinor,
      heldMinor: after.heldMinor - before.heldMinor,
      pendingMinor: after.pendingMinor - before.pendingMinor,
      exceptions: await host.exceptions(token),
    };
    yield {
      step,
      transactionToken: token,
      expected,
      actual,
      faults: [...faults, ...differences(expected, actual, scenario.account.currency)],
    };
  }
}

async function play(
  tools: ScenarioTools,
  host: ScenarioHost,
  step: ScenarioStep,
): Promise<{ readonly happening: Happening; readonly answer?: Answer; readonly faults: string[] }> {
  if (step.kind.is === 'record') return { happening: tellRecord(tools, step, step.kind.kind), faults: [] };
  const message = tools.messageOf(step, step.kind.kind);
  if (step.gateway === 'not_asked') return { happening: tellRequest(tools, step, message, undefined), faults: [] };
  const startedMs = performance.now();
  const answer = await host.ask(buildRequest(message));
  const durationMs = Math.round(performance.now() - startedMs);
  const happening = tellRequest(tools, step, message, { durationMs, timedOut: false, ...(answer ? { answer } : {}) });
  return answer === undefined
    ? { happening, faults: ['the gateway did not answer'] }
    : { happening, answer, faults: [] };
}

async function isBookedWithin(host: ScenarioHost, token: string, waitMs: number): Promise<boolean> {
  const giveUpMs = performance.now() + waitMs;
  while (!(await host.isBooked(token))) {
    if (performance.now() > giveUpMs) return false;
    await delay(25);
  }
  return true;
}

function answerWord(answer: Answer): string {
  if (answer.status === 200) return 'approved';
  return answer.status === 402 ? declineReasonOf(answer) : `status ${answer.status}`;
}

function differences(expected: StepEffect, actual: StepEffect, currency: string): string[] {
  const faults: string[] = [];
  if (expected.answer !== undefined && expected.answer !== actual.answer)
    faults.push(`answered ${actual.answer ?? 'nothing'}, expected ${expected.answer}`);
  for (const [name, member] of [
    ['posted', 'postedMinor'],
    ['held', 'heldMinor'],
    ['pending', 'pendingMinor'],
  ] as const)
    if (expected[member] !== actual[member])
      faults.push(
        `${name} moved by ${toDecimalText(actual[member], currency)}, expected ${toDecimalText(expected[member], currency)}`,
      );
  const listed = [...actual.exceptions].toSorted().join(', ');
  const due = [...expected.exceptions].toSorted().join(', ');
  if (listed !== due) faults.push(`listed ${listed || 'nothing'}, expected ${due || 'nothing'}`);
  return faults;
}
