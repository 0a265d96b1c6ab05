import { expect, test } from 'vitest';
import { type GroundFaults, withGroundFaults } from '../../../src/authorizations/measure/ground-faults.ts';
import { faultsOfRun } from '../../../src/authorizations/report/faults-of-run.ts';
import type { System } from '../../../src/authorizations/report/suite-result.ts';
import { runOf } from '../suite-fixture.ts';

const CLEAN = { ledgerFault: undefined, processFaults: [] };
const FAULTS: GroundFaults = {
  played: new Set(['one', 'other']),
  bySystem: {
    freeway: { ledgerFault: 'VIOLATED  held_equals_holds', processFaults: ['relay ended with null'] },
    textbook: CLEAN,
    'null server': CLEAN,
  },
};
const ELSEWHERE: GroundFaults = {
  played: new Set(['elsewhere']),
  bySystem: { freeway: CLEAN, textbook: CLEAN, 'null server': CLEAN },
};

const faultsOf = (name: string, system?: System) =>
  faultsOfRun(
    withGroundFaults(runOf([name, name, 'a group'], { perSecond: 10, p50: 1 }, {}, system), [ELSEWHERE, FAULTS]),
  );

test('books that are wrong make every run on them void, and those of others stay', () => {
  expect(faultsOf('one')).toEqual(['VIOLATED  held_equals_holds', 'relay ended with null']);
  expect(faultsOf('other')).toEqual(['VIOLATED  held_equals_holds', 'relay ended with null']);
  expect(faultsOf('other', 'textbook')).toEqual([]);
  expect(faultsOf('elsewhere')).toEqual([]);
  expect(faultsOf('nowhere')).toEqual([]);
});
