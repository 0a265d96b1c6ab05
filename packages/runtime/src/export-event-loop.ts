import { performance } from 'node:perf_hooks';
import { Counter, type Registry } from 'prom-client';

/**
 * How long the event loop was busy, as a counter: its rate is the utilisation (0 to 1) over whatever time the reader likes, and
 * several readers do not disturb each other, as they would with a gauge "since the last reading".
 */
export function exportEventLoop(registry: Registry): void {
  const active: Counter = new Counter({
    name: 'freeway_event_loop_active_seconds_total',
    help: 'Time in which the event loop was not waiting for work.',
    registers: [registry],
    collect() {
      active.reset();
      active.inc(performance.eventLoopUtilization().active / 1000);
    },
  });
}
