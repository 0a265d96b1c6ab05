import { type DestinationStream, type LevelWithSilent, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { redactLine } from './redact.ts';
import { serializeError } from './serialize-error.ts';

/** Fields first, then a sentence: `logger.warn({ queue }, 'queue is growing')`. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Which process speaks: `gateway`, `relay`, `jit-funding-worker`. */
  readonly process: string;
  readonly level?: LevelWithSilent;
  /** Default: stdout. */
  readonly destination?: DestinationStream;
}

/** JSON lines in which secrets, card data and personal data never appear (see `redact.ts`). */
export function createLogger({ process: processName, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { process: processName, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: withPlainErrors },
    serializers: { err: (error: unknown) => serializeError(error) },
    hooks: { logMethod: withoutObjectsInText, streamWrite: redactLine },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Errors under any name: left to JSON they lose their message and keep what drivers hang on them. */
function withPlainErrors(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, serializeError(value)]));
}

type LogArguments = Parameters<Logger['info']>;

/** Objects printed into the sentence (`%o`, `%j`) would be text by the time their members could be looked at. */
function withoutObjectsInText(this: Logger, args: LogArguments, method: (...args: LogArguments) => void): void {
  const first = typeof args[0] === 'string' ? 1 : 2;
  const rest = (args as unknown[]).map((arg, index) => {
    if (index < first || typeof arg !== 'object' || arg === null) return arg;
    return arg instanceof Error ? arg.message : '[object]';
  });
  method.apply(this, rest as LogArguments);
}
