import { describe, expect, test } from 'vitest';
import { busySeconds, cpuBetween } from '../../src/records/cpu-shares.ts';

describe('CPU of a run', () => {
  test('the machine is busy where it is neither idle nor waiting for a disk', () => {
    const stat = 'cpu  100 20 300 9999 888 4 50 0 0 0\ncpu0 100 20 300 9999 888 4 50 0 0 0\nintr 1\n';
    expect(busySeconds(stat)).toBe(4.74);
  });

  test('is what was used between two looks, by those that ran at both', () => {
    expect(cpuBetween({ intake: 1, worker: 2 }, { intake: 1.5, other: 9 })).toEqual({ intake: 0.5 });
  });
});
