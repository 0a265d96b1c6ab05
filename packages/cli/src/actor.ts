import type { Command } from 'commander';
import { hostname, userInfo } from 'node:os';

/** Who the audit names: `--actor`, else the user of this machine. */
export function actorOf(command: Command): string {
  const { actor } = command.optsWithGlobals<{ actor?: string }>();
  return actor ?? `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers often run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
