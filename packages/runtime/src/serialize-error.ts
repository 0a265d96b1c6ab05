/** Causes deeper than this are cut; a chain that long is a loop. */
const CAUSES_MAX = 5;

export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/**
 * An error as fields of a log line; anything else as it is. Only these members are taken: drivers hang statements,
 * parameters and connection options on their errors.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  const inner = error instanceof AggregateError && depth < CAUSES_MAX ? error.errors : undefined;
  const serialized: SerializedError = {
    type: name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || depth >= CAUSES_MAX ? {} : { cause: serializeError(cause, depth + 1) }),
    ...(inner === undefined ? {} : { errors: inner.map((each) => serializeError(each, depth + 1)) }),
  };
  return serialized;
}
