import type { SuiteOptions } from '../suite-options.ts';
import { MEASUREMENT_NAMES, type MeasurementName } from './measurement-names.ts';

/** In their order, in whichever they are named. */
export function chooseMeasurements({ only, large }: Pick<SuiteOptions, 'only' | 'large'>): readonly MeasurementName[] {
  return MEASUREMENT_NAMES.filter((name) => (only === undefined ? name !== 'large' || large : only.includes(name)));
}
