import { DRILLS, heldAll, installCommand, missingFor, reportJson, reportText, runDrill } from '@freeway/drills';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { print, printJson, say } from '../output.ts';

export interface DrillOptions {
  readonly for?: number;
  readonly rate?: number;
  readonly keep?: boolean;
  readonly json?: boolean;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export async function runDrillCommand(name: string, options: DrillOptions): Promise<number> {
  const drill = DRILLS[name];
  if (drill === undefined) throw new Error(`there is no drill ${name}`);
  const missing = missingFor(drill);
  if (missing.length > 0) {
    say(`freeway: missing: ${missing.map(({ places }) => places[0]?.replace(/.*\//, '')).join(', ')}`);
    say(`On Debian or Ubuntu: ${installCommand(missing)}`);
    return EXIT.usage;
  }
  const { keep = false, json = false } = options;
  const stopping = new AbortController();
  const callOff = (): void => stopping.abort(new Error('called off'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, callOff);
  try {
    say(`drill ${name}: ${drill.about}`);
    const report = await runDrill(name, drill, {
      forMs: options.for,
      ratePerSecond: options.rate,
      keep,
      freeway: [process.execPath, ...process.execArgv, MAIN],
      say,
      signal: stopping.signal,
    });
    if (json) printJson(reportJson(report));
    else print(reportText(report));
    return heldAll(report) ? EXIT.ok : EXIT.refused;
  } catch (error) {
    say(`freeway: the drill could not be played to its end: ${explainError(error)}`);
    return EXIT.refused;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, callOff);
  }
}
