import { type Environment, readSettings, type Settings } from './read-settings.ts';
import type { ProcessName } from './setting.ts';

/** The exit code of a process that cannot start because of how it was called or configured. */
export const EXIT_USAGE = 2;

/** The settings of a process, or every fault on stderr and exit code 2. */
export function settingsOrExit<P extends ProcessName>(processName: P, env: Environment = process.env): Settings<P> {
  const result = readSettings(processName, env);
  if (result.ok) return result.settings;
  const lines = result.faults.map((fault) => `  ${fault}\n`).join('');
  process.stderr.write(
    `freeway ${processName}: cannot start with these settings (.env.example explains each):\n${lines}`,
  );
  process.exit(EXIT_USAGE);
}
