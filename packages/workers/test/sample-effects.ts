/** What a sample does to a ledger that knows its owners, cards and accounts, and what it needs before it. Money in major units. */
export interface SampleEffect {
  /** Samples that come first. */
  readonly after?: readonly string[];
  /** By how much posted, held and pending credit change, all accounts together; left out: not at all. */
  readonly posted?: string;
  readonly held?: string;
  readonly pending?: string;
  /** What a daily limit of the card counts afterwards: amount and count. */
  readonly counted?: string;
  /** Exceptions raised, by reason. */
  readonly exceptions?: readonly string[];
  /** The platform's state of card and user afterwards, where it changes. */
  readonly card?: string;
  readonly user?: string;
}

const APPROVED = 'webhook.transaction.authorization.approved.json';

/**
 * For each sample by the name of its file, written from money.md. Restaurants release what an unflagged clearing leaves;
 * a fuel advice that names an authorization nobody has seen has nothing to release.
 */
export const SAMPLE_EFFECTS: Readonly<Record<string, SampleEffect>> = {
  'webhook.ping.request.json': {},
  'webhook.transaction.authorization.json': { held: '10.00', counted: '10.00 in 1' },
  'webhook.transaction.authorization.commando.json': { exceptions: ['contradictory_outcome'] },
  'transaction.authorization.advice.json': { exceptions: ['missing_parent'] },
  'transaction.authorization.clearing.chargeback.completed.json': {},
  'transaction.authorization.clearing.json': {
    posted: '-9.11',
    counted: '9.11 in 1',
    exceptions: ['missing_parent'],
  },
  'transaction.authorization.declined-by-gateway.json': {},
  'webhook.cardtransition.json': { card: 'suspended' },
  'webhook.digitalwallettokentransition.json': {},
  'webhook.usertransition.json': { user: 'active' },
  [APPROVED]: { held: '50.00', counted: '50.00 in 1' },
  'webhook.transaction.authorization.clearing.json': { after: [APPROVED], posted: '-50.00', counted: '50.00 in 1' },
  'webhook.transaction.authorization.clearing.over.json': {
    after: [APPROVED],
    posted: '-60.00',
    counted: '60.00 in 1',
    exceptions: ['cleared_beyond_hold'],
  },
  'webhook.transaction.authorization.clearing.multi.json': {
    after: [APPROVED],
    posted: '-45.00',
    counted: '45.00 in 1',
  },
  'webhook.transaction.out-of-order-duplicate.json': { posted: '-45.00', counted: '45.00 in 1' },
  'webhook.transaction.authorization.reversal.partial.json': {
    after: [APPROVED],
    held: '30.00',
    counted: '30.00 in 1',
  },
  'webhook.transaction.authorization.reversal.issuerexpiration.json': {
    after: [APPROVED],
    counted: '0.00 in 1',
  },
  'webhook.transaction.authorization.clearing.force-post.json': { posted: '-12.00', counted: '12.00 in 1' },
  'webhook.transaction.authorization.standin.json': { held: '18.00', counted: '18.00 in 1' },
  'webhook.transaction.authorization.timed-out.json': {},
  'webhook.transaction.refund.json': { posted: '9.99' },
  'webhook.transaction.authorization.clearing.chargeback.json': {
    after: [APPROVED, 'webhook.transaction.authorization.clearing.json'],
    counted: '50.00 in 1',
  },
};
