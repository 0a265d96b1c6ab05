import { createMetrics } from '@freeway/runtime';
import { expect, test } from 'vitest';
import { createDecidedAmounts } from '../src/jit-funding/decided-amounts.ts';

const DECIDED = { decision_id: '1', source: 'http', transaction_token: 't', decided_at: '2026-01-01T00:00:00Z' };

test('what was decided is added up by outcome and currency, in major units, and never what was undone', async () => {
  const metrics = createMetrics({ process: 'test', node: false });
  const count = createDecidedAmounts(metrics);
  count({ ...DECIDED, outcome: 'approve', amount_minor: '1234', currency: 'EUR' });
  count({ ...DECIDED, outcome: 'approve', amount_minor: '766', currency: 'EUR' });
  count({ ...DECIDED, outcome: 'decline', amount_minor: '500', currency: 'JPY' });
  count({ ...DECIDED, outcome: 'decline', amount_minor: '1234', currency: 'EUR', source: 'void' });
  count({ ...DECIDED, outcome: 'approve', amount_minor: '1', currency: '???' });
  count(DECIDED);
  const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('freeway_'));
  expect(series).toEqual([
    'freeway_approved_amount_total{currency="EUR",process="test"} 20',
    'freeway_declined_amount_total{currency="JPY",process="test"} 500',
  ]);
});
