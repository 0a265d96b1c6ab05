import { countOf, durationOf, oneOf, refuseOthers, type Values } from '../option-values.ts';
import { MEASUREMENT_NAMES } from './measure/measurement-names.ts';
import { isResultName } from './results/is-result-name.ts';
import type { CheckOptions, LoadOptions, SuiteOptions } from './suite-options.ts';

/** `args` are all that the bench was called with. */
export function suiteOptions(values: Values, args: readonly string[]): SuiteOptions {
  refuseOthers(values, ['connections', 'rounds', 'only', 'large', 'out']);
  const { only, out, large = false } = values;
  if (out !== undefined && !isResultName(out))
    throw new Error(`--out is a name of letters, digits, -, _ and ., not ${out}`);
  const chosen = only?.split(',').map((name) => oneOf('--only', name, MEASUREMENT_NAMES));
  return {
    ...loadOptions(values, { for: '15s', users: '10000' }),
    rounds: countOf('--rounds', values.rounds ?? '3'),
    only: chosen,
    large,
    out,
    command: args.join(' '),
  };
}

export function checkOptions(values: Values): CheckOptions {
  refuseOthers(values, ['check', 'connections']);
  return loadOptions(values, { for: '6s', users: '2000' });
}

/** As many as two full batches of the gateway, which has two under way; more only wait, and the other servers are full with fewer. */
const CONNECTIONS = '128';
/** Among them are ten of good standing, and some of bad standing. */
const LEAST_USERS = 20;

function loadOptions(values: Values, defaults: Readonly<Record<'for' | 'users', string>>): LoadOptions {
  const users = countOf('--users', values.users ?? defaults.users);
  if (users < LEAST_USERS) throw new Error(`--users is at least ${LEAST_USERS} here, not ${users}`);
  return {
    durationMs: durationOf(values.for ?? defaults.for),
    users,
    connections: countOf('--connections', values.connections ?? CONNECTIONS),
    json: values.json ?? false,
  };
}
