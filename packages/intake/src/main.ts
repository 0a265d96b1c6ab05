import { runIntakeProcess } from './run-intake-process.ts';

await runIntakeProcess();
