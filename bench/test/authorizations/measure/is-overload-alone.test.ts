import { describe, expect, test } from 'vitest';
import { isOverloadAlone } from '../../../src/authorizations/measure/is-overload-alone.ts';

const load = (wrong: Readonly<Record<string, number>>) => ({ wrong, answered: 100, approved: 90 });

describe('what an overload excuses', () => {
  test('answers that did not come, that came late, and refusals', () => {
    const wrong = { 'no answer: timed out': 9, 'answered after 3000 ms': 4, 'status 503': 2 };
    expect(isOverloadAlone(load(wrong))).toBe(true);
  });

  test.each(['status 500', 'another amount than was asked about', 'declined with INSUFFICIENT_FUNDS, not approved'])(
    'not: %s',
    (fault) => {
      expect(isOverloadAlone(load({ 'no answer: timed out': 9, [fault]: 1 }))).toBe(false);
    },
  );

  test('nor that nothing is answered or approved at all', () => {
    expect(isOverloadAlone({ wrong: {}, answered: 0, approved: 0 })).toBe(false);
    expect(isOverloadAlone({ wrong: {}, answered: 5, approved: 0 })).toBe(false);
  });
});
