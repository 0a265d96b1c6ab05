import type { Health, HealthState } from './health.ts';
import type { Metrics } from './metrics.ts';

const LEVEL: Readonly<Record<HealthState, number>> = { up: 1, degraded: 0.5, down: 0 };

/** What /ready and /health say, as metrics: whoever alarms on them need not ask a second place. */
export function exportHealth(metrics: Metrics, health: Health): void {
  metrics.readGauge('freeway_ready', '1 if requests should come here, 0 if not, as /ready says.', async () =>
    (await health.ready()).ready ? 1 : 0,
  );
  metrics.readGauges(
    'freeway_service_up',
    'Health of each service as /health says: 1 up, 0.5 degraded, 0 down.',
    'service',
    async () => {
      const { services } = await health.report();
      return Object.fromEntries(Object.entries(services).map(([name, { state }]) => [name, LEVEL[state]]));
    },
  );
}
