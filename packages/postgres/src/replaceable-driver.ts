import type postgres from 'postgres';

/** A network may swallow a statement, and the driver loses one that meets a connection in the middle of being reset. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'NO_ANSWER';
}

export interface ReplaceableDriver {
  current(): postgres.Sql;
  /** Runs statements; rejects with NoAnswer when nothing came within the limit. */
  answered<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T>;
  /** Runs statements for as long as they take. */
  writing<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T>;
  end(timeoutS: number): Promise<void>;
}

/** The server only reads: it has become a standby, and a pool that stays connected to it would never write again. */
const READS_ONLY = '25006';

/**
 * The driver's pool, replaced by a new one when a statement gets no answer: what gave none to this gives none to the next
 * either. No pool is replaced for that before it has had the limit's time; one whose server only reads is at once.
 */
export function createReplaceableDriver(open: () => postgres.Sql, limitMs: number): ReplaceableDriver {
  let sql = open();
  const replaced = new Set<Promise<void>>();

  function replace(silent: postgres.Sql): void {
    if (sql !== silent) return;
    sql = open();
    const ended = silent.end({ timeout: 1 }).finally(() => replaced.delete(ended));
    replaced.add(ended);
  }

  async function answered<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const asked = sql;
    const timer = setTimeout(() => {
      replace(asked);
      reject(new NoAnswer(`no answer within ${limitMs} ms`));
    }, limitMs);
    try {
      return await Promise.race([writing(run), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function writing<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const asked = sql;
    try {
      return await run(asked);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === READS_ONLY) replace(asked);
      throw error;
    }
  }

  return {
    current: () => sql,
    answered,
    writing,
    end: async (timeoutS) => {
      await Promise.all([sql.end({ timeout: timeoutS }), ...replaced]);
    },
  };
}
