import { createSandboxApi, runOnSandbox, type Scenario } from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { printHeading, printSandboxStep } from './print-steps.ts';

export interface SandboxAccess {
  readonly url: string;
  readonly applicationToken: string;
  readonly adminToken: string;
  /** A card of the sandbox that is funded by Gateway JIT. */
  readonly cardToken: string;
}

/** Plays scenarios on Marqeta's own sandbox; whether its records are as our table says wherever they could be compared. */
export async function simulateOnSandbox(
  scenarios: readonly Scenario[],
  access: SandboxAccess,
  json: boolean,
): Promise<{ readonly ok: boolean; readonly results: readonly object[] }> {
  const api = createSandboxApi(access);
  const results: object[] = [];
  let ok = true;
  for (const scenario of scenarios) {
    if (!json) printHeading(scenario);
    const steps: object[] = [];
    const who = { userToken: 'sandbox', cardToken: access.cardToken };
    for await (const outcome of runOnSandbox(scenario, api, who, randomUUID())) {
      const { step, status, transactionToken, notes } = outcome;
      ok &&= status === 'same' || status === 'skipped';
      steps.push({ step: step.name, type: step.type, status, transaction: transactionToken, notes });
      if (!json) printSandboxStep(outcome);
    }
    results.push({ scenario: scenario.name, steps });
  }
  return { ok, results };
}
