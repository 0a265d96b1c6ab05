// What a drill says at its end, and what it exits with.
import { describe, expect, it } from 'vitest';
import { heldAll, installCommand, missingFor, DRILLS, reportJson, reportText } from '../src/index.ts';
import { missingPrograms } from '../src/programs.ts';

const kept = { promise: 'nothing is lost', kept: true, seen: '3 of 3' };
const broken = { promise: 'no answer is wrong', kept: false, seen: 'one was' };
const figures = [{ name: 'outage_s', text: 'outage, s', value: 12.5 }];

describe('a report', () => {
  it('holds only if something was promised and all of it kept', () => {
    expect(heldAll({ promises: [kept], figures })).toBe(true);
    expect(heldAll({ promises: [kept, broken], figures })).toBe(false);
    expect(heldAll({ promises: [], figures })).toBe(false);
  });

  it('names what was broken, and every figure', () => {
    const text = reportText({ drill: 'postgres', promises: [kept, broken], figures, tookMs: 61_000, folder: '/kept' });
    expect(text.split('\n')).toEqual([
      'drill postgres, 61 s',
      '  kept    nothing is lost: 3 of 3',
      '  BROKEN  no answer is wrong: one was',
      '  outage, s  12.5',
      '  data and logs are in /kept',
      '1 of 2 promises were broken',
    ]);
  });

  it('is as JSON for programs', () => {
    expect(reportJson({ drill: 'redis', promises: [kept], figures, tookMs: 1234.5 })).toEqual({
      drill: 'redis',
      ok: true,
      took_ms: 1235,
      promises: [kept],
      figures: { outage_s: 12.5 },
    });
  });
});

describe('programs that a drill needs', () => {
  it('are missed when they are nowhere, and the command names each package once', () => {
    const nowhere = { places: ['no-such-program-here', '/no/such/program'], debianPackage: 'some-package' };
    const shell = { places: ['/no/such/sh', 'sh'], debianPackage: 'dash' };
    expect(missingPrograms([nowhere, shell, nowhere])).toEqual([nowhere, nowhere]);
    expect(installCommand([nowhere, nowhere])).toBe('apt-get install --no-install-recommends some-package');
  });

  it('are known of every drill', () => {
    for (const drill of Object.values(DRILLS)) {
      expect(drill.needs.length).toBeGreaterThan(0);
      for (const program of missingFor(drill)) expect(program.debianPackage).not.toBe('');
    }
  });
});
