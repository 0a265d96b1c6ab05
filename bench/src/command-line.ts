import { parseArgs } from 'node:util';

export interface MemoryOptions {
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Each has an account, a card and two velocity limits. */
  readonly users: number;
  /** The result as one JSON object, the last line of stdout; everything else goes to stderr. */
  readonly json: boolean;
}

export type BenchCommand =
  | { readonly kind: 'memory'; readonly options: MemoryOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage'; readonly problem: string };

export const HELP = `usage: npm run bench -- memory [--rate 1000] [--for 60s] [--users 10000] [--json]

memory   the gateway's resident memory at a constant rate of requests. Starts a database and a gateway of its own,
         sends unique authorizations, checks every answer and, at the end, the ledger.

Exit codes: 0 below the limit, 1 above it or the run is void, 2 called wrongly, 130 interrupted.`;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };

export function parseCommandLine(args: readonly string[]): BenchCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rate: { type: 'string', default: '1000' },
        for: { type: 'string', default: '60s' },
        users: { type: 'string', default: '10000' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (positionals.length !== 1 || positionals[0] !== 'memory') throw new Error('there is one bench: memory');
    const options = {
      ratePerSecond: countOf('--rate', values.rate),
      durationMs: durationOf(values.for),
      users: countOf('--users', values.users),
      json: values.json,
    };
    return { kind: 'memory', options };
  } catch (error) {
    return { kind: 'usage', problem: (error as Error).message };
  }
}

function countOf(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${name} is a whole number of at least 1, not ${text}`);
  return Number(text);
}

function durationOf(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,4})(s|m)$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit ?? ''];
  if (unitMs === undefined) throw new Error(`--for is a time such as 60s or 5m, not ${text}`);
  return Number(digits) * unitMs;
}
