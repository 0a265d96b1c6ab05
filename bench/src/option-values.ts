import { parseArgs } from 'node:util';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };

const OPTIONS = {
  rate: { type: 'string' },
  for: { type: 'string' },
  users: { type: 'string' },
  json: { type: 'boolean' },
  queues: { type: 'string' },
  backlog: { type: 'string' },
  only: { type: 'string' },
  kills: { type: 'string' },
  check: { type: 'boolean' },
  connections: { type: 'string' },
  rounds: { type: 'string' },
  large: { type: 'boolean' },
  out: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** As they were given. */
export type Values = ReturnType<typeof readArguments>['values'];

/** @throws Error that names an option nobody knows */
export function readArguments(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

const OF_EVERY_BENCH: readonly (keyof Values)[] = ['for', 'users', 'json'];

/** @throws Error that names an option which is neither `own` nor one of every bench */
export function refuseOthers(values: Values, own: readonly (keyof Values)[]): void {
  for (const name of Object.keys(values) as (keyof Values)[])
    if (!OF_EVERY_BENCH.includes(name) && !own.includes(name))
      throw new Error(`--${name} is an option of another bench`);
}

export function oneOf<T extends string>(name: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`${name} is ${choices.join(' or ')}, not ${text}`);
  return found;
}

export function countOf(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${name} is a whole number of at least 1, not ${text}`);
  return Number(text);
}

export function durationOf(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,4})(s|m)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (unitMs === undefined) throw new Error(`--for is a time such as 60s or 5m, not ${text}`);
  return Number(digits) * unitMs;
}
