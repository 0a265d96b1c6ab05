import { describe, expect, test } from 'vitest';
import { readPlaySummary } from '../../src/chaos/play-summary.ts';
import { readReplays } from '../../src/chaos/replays.ts';

describe('what processes have counted', () => {
  test('replays are told from what was new', () => {
    const text = [
      'freeway_records_total{status="applied",process="transaction-worker"} 70',
      'freeway_records_total{status="duplicate",process="transaction-worker"} 7',
      'freeway_webhook_elements_total{process="webhook-worker",status="duplicate"} 5',
    ].join('\n');
    expect(readReplays(text)).toEqual({ records: 7, 'elements of webhooks': 5 });
  });

  test('a process that counts neither has seen none', () => {
    expect(readReplays('freeway_relay_published_total{process="relay"} 3\n')).toEqual({
      records: 0,
      'elements of webhooks': 0,
    });
  });
});

describe("the player's summary", () => {
  test('is the last object of its log', () => {
    const log = 'log: x\n{"level":"info"}\n{"ok":false,"faults":["old"]}\n{"ok":true,"faults":[]}\nbye\n';
    expect(readPlaySummary(log)).toEqual({ ok: true, faults: [] });
  });

  test('a player that ended without one says why in its last lines', () => {
    expect(() => readPlaySummary('starting\nit broke\n')).toThrow('it broke');
  });
});
