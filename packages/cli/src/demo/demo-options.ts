/** URLs with their paths. */
export interface RunningProcesses {
  readonly gatewayUrl: string;
  readonly intakeUrl: string;
}

export interface DemoOptions {
  /** Played against, instead of starting any here. */
  readonly running?: RunningProcesses;
  /** Stops by itself after this long; undefined: until Ctrl-C. */
  readonly forMs?: number;
  readonly ratePerSecond: number;
  readonly users: number;
  readonly seed: number;
  /** One JSON object as the last line of stdout; everything else goes to stderr. */
  readonly json: boolean;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `15s`, `2m`, `500ms`, `1h`; a bare number is seconds. Undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) return undefined;
  const ms = Number(match[1]) * (UNITS_MS[match[2] ?? 's'] ?? 1000);
  return ms > 0 ? Math.round(ms) : undefined;
}
