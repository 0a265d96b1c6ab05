import type { Postgres } from '@freeway/postgres';
import { runScenario, type Scenario } from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { openFreewayHost } from './freeway-host.ts';
import { printHeading, printStep, stepJson } from './print-steps.ts';
import type { PlayedSettings } from './simulate-settings.ts';

export interface SimulateOptions {
  readonly waitMs: number;
  readonly json: boolean;
}

/** Plays scenarios one after another against a running Freeway; whether every step did what its file says. */
export async function simulateOnFreeway(
  postgres: Postgres,
  scenarios: readonly Scenario[],
  played: PlayedSettings,
  { waitMs, json }: SimulateOptions,
): Promise<{ readonly ok: boolean; readonly results: readonly object[] }> {
  const results: object[] = [];
  let ok = true;
  for (const scenario of scenarios) {
    const runId = randomUUID().slice(0, 18);
    const host = await openFreewayHost(postgres, played, { scenario, runId });
    if (!json) printHeading(scenario);
    const steps: object[] = [];
    try {
      for await (const outcome of runScenario(scenario, host, { runId, waitMs })) {
        ok &&= outcome.faults.length === 0;
        steps.push(stepJson(scenario, outcome));
        if (!json) printStep(scenario, outcome);
      }
    } finally {
      await host.close();
    }
    results.push({ scenario: scenario.name, steps });
  }
  return { ok, results };
}

/** Why nothing can be played, or undefined: whether anybody listens there at all. */
export async function whyUnreachable({ gatewayUrl, intakeUrl }: PlayedSettings): Promise<string | undefined> {
  for (const [name, url] of Object.entries({ gateway: gatewayUrl, intake: intakeUrl })) {
    const found = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
    if (found === undefined) return `no ${name} answers at ${url}; start one, for example with freeway dev`;
  }
  return undefined;
}
