// The public surface of drills.
export type { Drill } from './drill.ts';
export { installCommand } from './programs.ts';
export { heldAll, reportJson, reportText } from './report.ts';
export type { DrillReport } from './report.ts';
export { DRILLS, missingFor, runDrill } from './run-drill.ts';
