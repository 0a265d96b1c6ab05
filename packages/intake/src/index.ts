// The public surface of the intake.
export { startIntake } from './intake.ts';
export type { Intake, IntakeParts } from './intake.ts';
export { runIntakeProcess } from './run-intake-process.ts';
