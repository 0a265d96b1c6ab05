import type { Lanes } from './lanes.ts';
import type { Past } from './plan-past.ts';
import { runStatement } from './run-statement.ts';

export interface FinishOptions {
  readonly tables: readonly string[];
  /** Statements that put back what refers from table to table. */
  readonly references: readonly string[];
  readonly signal: AbortSignal;
}

/** The relay's own name for how far it has come (packages/workers/src/relay/relay.ts). */
const RELAY = 'jit-funding';

/** When the tables are full: numbers go on from here, the relay has told of everything, and nothing is left to be tidied up. */
export async function finishSeeding(lanes: Lanes, past: Past, options: FinishOptions): Promise<void> {
  const { tables, references, signal } = options;
  const run = (text: string): Promise<unknown> => runStatement(lanes.sql, text, signal);
  for (const statement of references) await run(statement);
  const authorizations = 2 * past.purchases;
  await run(`
    select setval(pg_get_serial_sequence('accounts', 'account_id'), ${past.users}),
           setval(pg_get_serial_sequence('limits', 'limit_id'), ${2 * past.users}),
           setval(pg_get_serial_sequence('ledger_transactions', 'ledger_transaction_id'), ${past.users + past.purchases}),
           setval(pg_get_serial_sequence('outbox', 'seq'), ${authorizations}),
           setval('decision_id', ${authorizations})`);
  await run(`insert into relay_cursors (name, xid, seq) values ('${RELAY}', pg_current_xact_id(), ${authorizations})`);
  await lanes.run(
    tables,
    async (sql, table, either) => {
      await runStatement(sql, `vacuum (freeze, analyze, truncate off) ${table}`, either);
    },
    signal,
  );
  // What was written reaches the disk now, and not under the load that is to be measured. Only a superuser may say so.
  const [user] = await lanes.sql<{ rolsuper: boolean }[]>`select rolsuper from pg_roles where rolname = current_user`;
  if (user?.rolsuper === true) await run('checkpoint');
}
