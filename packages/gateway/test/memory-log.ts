import { createLogger, type Logger } from '@freeway/runtime';

export interface MemoryLog {
  readonly logger: Logger;
  /** Everything logged so far, one JSON line each. */
  text(): string;
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/** A logger of the lowest level whose lines stay in memory, redacted as those of a real process are. */
export function createMemoryLog(): MemoryLog {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  return {
    logger: createLogger({ process: 'gateway', level: 'trace', destination }),
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line)),
  };
}
