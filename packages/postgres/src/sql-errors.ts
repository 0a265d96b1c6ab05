/**
 * What a failed commit asks for, by SQLSTATE or the driver's code.
 * `retry`: rolled back, send again. `lock_timeout`: rolled back, send again without waiting for locks. `ask_again`: the connection went, the outcome is unknown, ask by token.
 * `reconnect`: nothing was sent. `give_up`: sending the same thing again would fail again.
 */
export type Reaction = 'retry' | 'lock_timeout' | 'ask_again' | 'reconnect' | 'give_up';

const REACTIONS: Readonly<Record<string, Reaction>> = {
  '40001': 'retry', // serialization_failure
  '40P01': 'retry', // deadlock_detected
  '55P03': 'lock_timeout', // lock_not_available
  '23505': 'retry', // unique_violation: another transaction has stored a token meanwhile; the next look finds it
  '57014': 'retry', // statement_timeout: rolled back
  '57P01': 'ask_again', // admin_shutdown
  '57P02': 'ask_again', // crash_shutdown
  '57P03': 'reconnect', // cannot_connect_now
  '53300': 'reconnect', // too_many_connections
  '25006': 'reconnect', // read_only_sql_transaction: a standby by now; rolled back
  NO_SERVER: 'reconnect',
  CONNECTION_CLOSED: 'ask_again',
  CONNECTION_DESTROYED: 'ask_again',
  ECONNRESET: 'ask_again',
  EPIPE: 'ask_again',
  ETIMEDOUT: 'ask_again',
  NO_ANSWER: 'ask_again',
  CONNECT_TIMEOUT: 'reconnect',
  ECONNREFUSED: 'reconnect',
  ENOENT: 'reconnect',
  EHOSTUNREACH: 'reconnect',
  ENETUNREACH: 'reconnect',
};

export function reactionTo(error: unknown): Reaction {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REACTIONS[code] ?? 'give_up';
}
