/** The group roles; an operator's login users are granted one each. */
export const ROLES = ['gateway', 'intake', 'relay', 'worker', 'sweeper', 'operator', 'monitor'] as const;
export type Role = (typeof ROLES)[number];

/** Owns the schema of the queues in PostgreSQL, and nothing else: pg-boss makes and changes its own tables. */
export const QUEUE_ROLE = 'freeway_queue';

export const roleName = (role: Role): string => `freeway_${role}`;

/** The processes that use queues. */
export const QUEUE_USERS: readonly Role[] = ['intake', 'relay', 'worker', 'sweeper', 'operator'];

/** What a role may do with a table: privileges as SQL writes them, updates by column. */
export type TableGrants = Readonly<Record<string, string>>;

/** What a commit needs (authorize_batch), and the facts before it. */
const COMMIT: TableGrants = {
  owners: 'select',
  cards: 'select',
  limits: 'select',
  accounts: 'select, update (held_minor, pending_credit_minor)',
  decisions: 'select, insert, update (attempt_id)',
  holds: 'select, insert, update (amount_minor, expires_at)',
  expected_credits: 'select, insert',
  counters: 'select, insert, update (amount_minor, count)',
  chains: 'select',
  chain_links: 'select',
  refolds: 'select, insert',
  outbox: 'insert',
};

/** What folding records into the books needs. Booked money is only ever inserted. */
const FOLD: TableGrants = {
  owners: 'select, insert, update (version)',
  limits: 'select',
  accounts: 'select, insert, update (posted_minor, held_minor, pending_credit_minor)',
  decisions: 'select, update (confirmed, platform_outcome, chain_token, follows_token)',
  holds: 'select, insert, delete, update (amount_minor, expires_at, message_class, card_token, counted_at)',
  expected_credits: 'select, insert, delete, update (amount_minor)',
  counters: 'select, insert, update (amount_minor, count)',
  ledger_transactions: 'select, insert',
  entries: 'select, insert',
  records: 'select, insert, update (chain_token)',
  chains: 'select, insert, update, delete',
  chain_links: 'select, insert, update, delete',
  chain_counts: 'select, insert, update, delete',
  record_exceptions: 'select, insert, update',
  refolds: 'select, insert, delete, update',
};

const AUDIT: TableGrants = { audit_records: 'insert' };

/** A card that the ledger does not know, taken over where the settings say so. */
const ADOPT: TableGrants = {
  cards: 'insert (token, owner_kind, owner_token, state)',
  audit_records: 'insert',
};

const WORKER: TableGrants = {
  owners: 'update (state, platform_state_at)',
  cards: 'select, update (owner_kind, owner_token, state, platform_state_at)',
  platform_balances: 'select, insert, update, delete',
  drift: 'select, insert, update, delete',
  archive_decisions: 'select, insert, update, delete',
  archive_messages: 'select, insert, update, delete',
  outbox: 'select',
  audit_records: 'insert, select (subject)',
};

const SWEEPER: TableGrants = {
  cards: 'select',
  lookups: 'select, insert, update, delete',
  stored_webhooks: 'select',
  outbox: 'select',
  audit_records: 'select',
  seal_feed: 'select, delete',
  seal_blocks: 'select, insert',
};

const OPERATOR: TableGrants = {
  owners: 'insert, update',
  cards: 'insert, update',
  limits: 'insert, update (max_amount_minor, max_count), delete',
  accounts: 'insert, update (state, credit_line_minor)',
  decisions: 'insert',
  outbox: 'insert',
};

/** By role, one after the other: what a later one grants is added. */
export const ROLE_GRANTS: Readonly<Record<Role, readonly TableGrants[]>> = {
  gateway: [COMMIT, ADOPT],
  intake: [{ stored_webhooks: 'select, insert, delete, update (stored_at)' }],
  relay: [
    {
      outbox: 'select, delete',
      decisions: 'select',
      relay_cursors: 'select, insert, update (xid, seq, moved_at)',
      seal_blocks: 'select',
    },
  ],
  worker: [COMMIT, FOLD, ADOPT, WORKER],
  sweeper: [FOLD, SWEEPER],
  operator: [FOLD, OPERATOR, AUDIT],
  monitor: [],
};

/** Reads everything: for verify and the reports. */
export const READS_ALL: readonly Role[] = ['operator', 'monitor'];

export const SEQUENCES: Readonly<Record<string, readonly Role[]>> = {
  decision_id: ['gateway', 'worker', 'operator'],
  fact_version: ['gateway', 'worker', 'sweeper', 'operator'],
  // Drawn before the rows are written; those of other identities need no right.
  accounts_account_id_seq: ['operator'],
  ledger_transactions_ledger_transaction_id_seq: ['operator'],
};

/** With the rights of their owner, so that nobody else may call them. */
export const DEFINER_FUNCTIONS: Readonly<Record<string, readonly Role[]>> = {
  'void_authorization(text, bigint)': ['gateway', 'worker'],
  'feed_bookings()': [],
  'feed_audit()': [],
};
