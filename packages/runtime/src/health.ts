import { redactText } from './redact.ts';

export type HealthState = 'up' | 'degraded' | 'down';

export interface CheckResult {
  readonly state: HealthState;
  readonly latencyMs?: number;
  /** One sentence for a person; never a secret. */
  readonly detail?: string;
}

export interface ServiceReport extends CheckResult {
  readonly required: boolean;
  readonly latencyMs: number;
}

export interface HealthReport {
  /** Down when something required is down; degraded when anything else is not up. */
  readonly state: HealthState;
  readonly services: Readonly<Record<string, ServiceReport>>;
}

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly detail: string };

export interface Health {
  add(name: string, options: { readonly required: boolean }, check: () => Promise<CheckResult>): void;
  /** Never rejects. One round of checks at a time, its result shared for `freshMs`: a storm of probes costs nothing. */
  report(): Promise<HealthReport>;
  /** Whether requests should be sent here: serving (started, not draining) and everything required is up. */
  ready(): Promise<Readiness>;
}

export interface HealthOptions {
  readonly serving: () => boolean;
  /** Limit of each check. */
  readonly timeoutMs?: number;
  readonly freshMs?: number;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

interface Check {
  readonly required: boolean;
  readonly check: () => Promise<CheckResult>;
}

export function createHealth({
  serving,
  timeoutMs = 1000,
  freshMs = 1000,
  clock = performance.now.bind(performance),
}: HealthOptions): Health {
  const checks = new Map<string, Check>();
  let latest: Promise<HealthReport> | undefined;
  let freshUntil = 0;

  async function runCheck({ required, check }: Check): Promise<ServiceReport> {
    const startedAt = clock();
    const result = await limited(check, timeoutMs);
    return { ...result, required, latencyMs: result.latencyMs ?? clock() - startedAt };
  }

  async function runAll(): Promise<HealthReport> {
    const reports = await Promise.all([...checks].map(async ([name, each]) => [name, await runCheck(each)] as const));
    freshUntil = clock() + freshMs;
    return { state: overall(reports.map(([, each]) => each)), services: Object.fromEntries(reports) };
  }

  function report(): Promise<HealthReport> {
    if (latest === undefined || clock() >= freshUntil) {
      // Not fresh until it is finished, yet shared from now on.
      freshUntil = Number.POSITIVE_INFINITY;
      latest = runAll();
    }
    return latest;
  }

  return {
    add(name, { required }, check) {
      if (checks.has(name)) throw new Error(`there is already a health check called ${name}`);
      checks.set(name, { required, check });
    },
    report,
    async ready() {
      if (!serving()) return { ready: false, detail: 'starting or draining' };
      const { state, services } = await report();
      if (state !== 'down') return { ready: true };
      const down = Object.keys(services).filter((name) => isDown(services[name]));
      return { ready: false, detail: `down: ${down.join(', ')}` };
    },
  };
}

function isDown(service: ServiceReport | undefined): boolean {
  return service !== undefined && service.required && service.state === 'down';
}

function overall(services: readonly ServiceReport[]): HealthState {
  if (services.some(isDown)) return 'down';
  return services.every((service) => service.state === 'up') ? 'up' : 'degraded';
}

/** The check's own result; down when it throws or takes longer. What it answers after that is ignored. */
async function limited(check: () => Promise<CheckResult>, timeoutMs: number): Promise<CheckResult> {
  const { promise: expired, resolve } = Promise.withResolvers<CheckResult>();
  const timer = setTimeout(() => resolve({ state: 'down', detail: `no answer within ${timeoutMs} ms` }), timeoutMs);
  try {
    return await Promise.race([check(), expired]);
  } catch (error) {
    return { state: 'down', detail: redactText(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}
