import { expect, test } from 'vitest';
import { chooseMeasurements } from '../../../src/authorizations/measure/choose-measurements.ts';
import { MEASUREMENT_NAMES } from '../../../src/authorizations/measure/measurement-names.ts';
import { HELP } from '../../../src/help.ts';

test('without a choice all are made but the large programmes, which are asked for', () => {
  const usual = MEASUREMENT_NAMES.filter((name) => name !== 'large');
  expect(chooseMeasurements({ only: undefined, large: false })).toEqual(usual);
  expect(chooseMeasurements({ only: undefined, large: true })).toEqual(MEASUREMENT_NAMES);
});

test('those chosen are made in their own order', () => {
  expect(chooseMeasurements({ only: ['half', 'saturation'], large: false })).toEqual(['saturation', 'half']);
  expect(chooseMeasurements({ only: ['large'], large: false })).toEqual(['large']);
});

test('what others build upon comes first', () => {
  expect(MEASUREMENT_NAMES[0]).toBe('saturation');
});

test('the help names every one', () => {
  for (const name of MEASUREMENT_NAMES) expect(HELP).toMatch(new RegExp(`^  ${name} `, 'm'));
});
