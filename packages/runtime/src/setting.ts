/** The processes that read settings; `cli` is every command that is not itself one of the others. */
export const PROCESSES = ['gateway', 'intake', 'relay', 'worker', 'sweeper', 'cli'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** Exactly one of: a default, what leaving it out means, or that it cannot be left out. */
type Presence<Value> =
  { readonly default: Value } | { readonly unset: string } | { readonly required: true; readonly default?: never };

interface Length {
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** A whole text must match `pattern`; `says` tells a person what that means. */
interface Form {
  readonly form?: { readonly pattern: RegExp; readonly says: string };
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

type Kind =
  | ({ readonly type: 'string' } & Length & Form & Presence<string>)
  | ({ readonly type: 'secret' } & Length & Form & Presence<string>)
  /** May name several hosts, `a:1,b:2`. */
  | ({ readonly type: 'url'; readonly protocols: readonly string[] } & Form & Presence<string>)
  | ({ readonly type: 'int' } & Range & Presence<number>)
  /** Whole milliseconds. */
  | ({ readonly type: 'duration' } & Range & Presence<number>)
  /** `count` growing durations in milliseconds, separated by commas. */
  | ({ readonly type: 'durations'; readonly count: number } & Presence<readonly number[]>)
  | ({ readonly type: 'boolean' } & Presence<boolean>)
  | ({ readonly type: 'choice'; readonly choices: readonly string[] } & Presence<string>)
  /** A positive decimal kept as text, so that money never passes through a float. */
  | ({ readonly type: 'decimal' } & Presence<string>);

export type Setting = Kind & { readonly about: string };

/** A setting as it stands in the catalogue. */
export type CatalogueEntry = Setting & { readonly group: string; readonly processes: readonly ProcessName[] };

type Parsed<S> = S extends { type: 'int' | 'duration' }
  ? number
  : S extends { type: 'durations' }
    ? readonly number[]
    : S extends { type: 'boolean' }
      ? boolean
      : S extends { type: 'choice'; choices: readonly (infer Choice)[] }
        ? Choice
        : string;

/** The type a setting's value has once read. */
export type ValueOf<S> = S extends { unset: string } ? Parsed<S> | undefined : Parsed<S>;

/** Files each setting under a title and the processes that read it. */
export function group<const P extends ProcessName, const S extends Record<string, Setting>>(
  title: string,
  processes: readonly P[],
  settings: S,
): { readonly [Name in keyof S]: S[Name] & { readonly group: string; readonly processes: readonly P[] } } {
  const filed = Object.entries(settings).map(([name, setting]) => [name, { ...setting, group: title, processes }]);
  return Object.fromEntries(filed) as ReturnType<typeof group<P, S>>;
}
