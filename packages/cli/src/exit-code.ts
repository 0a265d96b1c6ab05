/** What the shell learns. */
export const EXIT = {
  ok: 0,
  /** Refused, violated or failed. */
  refused: 1,
  /** Called or configured wrongly. */
  usage: 2,
} as const;

/** Makes a command's action of a function that returns its exit code. */
export function action<Args extends unknown[]>(
  run: (...args: Args) => Promise<number>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    process.exitCode = await run(...args);
  };
}
