import { group } from './setting.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The settings that only the sweeper reads. */
export const SWEEPER_SETTINGS = {
  ...group(
    "Marqeta's Core API: the sweeper looks transactions up, simulate --target sandbox plays on it",
    ['sweeper', 'cli'],
    {
      CORE_API_URL: {
        type: 'url',
        protocols: ['https:', 'http:'],
        unset: 'approvals that no record confirms are counted and never released',
        about: 'Base URL with its path, like https://sandbox-api.marqeta.com/v3. With its two tokens, or none.',
      },
      CORE_API_APPLICATION_TOKEN: {
        type: 'secret',
        unset: 'the Core API is not asked',
        about: 'The application token, its user.',
      },
      CORE_API_ADMIN_TOKEN: {
        type: 'secret',
        unset: 'the Core API is not asked',
        about: 'The admin access token, its password.',
      },
      CORE_API_TIMEOUT_MS: { type: 'duration', default: 5000, max: MINUTE_MS, about: 'Limit of one attempt.' },
    },
  ),

  ...group('Approvals in doubt', ['sweeper'], {
    SWEEP_DOUBT_EVERY_MS: {
      type: 'duration',
      default: MINUTE_MS,
      max: HOUR_MS,
      about: 'How often approvals without a record are looked for.',
    },
    SWEEP_UNCONFIRMED_AFTER_MS: {
      type: 'duration',
      default: 10 * MINUTE_MS,
      about: 'From this age on an approval without a record is in doubt.',
    },
    SWEEP_NOT_FOUND_AFTER_MS: {
      type: 'duration',
      default: 4 * HOUR_MS,
      about: 'From this age on it counts that Marqeta does not know the transaction; twice, and the hold is released.',
    },
    SWEEP_LOOKUP_AGAIN_AFTER_MS: {
      type: 'duration',
      default: 10 * MINUTE_MS,
      about: 'The same transaction is looked up no sooner than this.',
    },
    SWEEP_LOOKUPS_MAX: {
      type: 'int',
      default: 200,
      min: 1,
      max: 10_000,
      about: 'Look-ups of one round, oldest first.',
    },
    SWEEP_LOOKUPS_PER_SECOND: {
      type: 'int',
      default: 5,
      min: 1,
      max: 100,
      about: "Your programme's allowance at Marqeta is for all calls together.",
    },
  }),

  ...group('Expiry of holds', ['sweeper'], {
    SWEEP_EXPIRY_EVERY_MS: {
      type: 'duration',
      default: 5 * MINUTE_MS,
      max: HOUR_MS,
      about: 'How often holds are looked for whose time is over.',
    },
    SWEEP_EXPIRY_GRACE_MS: {
      type: 'duration',
      default: 48 * HOUR_MS,
      about: 'Kept that much longer than their date says, since Marqeta closes them itself.',
    },
    SWEEP_BACKLOG_MAX: {
      type: 'int',
      default: 1000,
      min: 0,
      max: 1_000_000,
      about: 'With more webhooks and records waiting than this no hold expires.',
    },
  }),

  ...group('Chains that a commit has touched after records had', ['sweeper'], {
    SWEEP_REFOLDS_EVERY_MS: {
      type: 'duration',
      default: 1000,
      max: HOUR_MS,
      about: 'How often they are looked for; the transaction worker does so too.',
    },
  }),

  ...group('The sealed record: verify --chain', ['sweeper'], {
    SEAL_EVERY_MS: {
      type: 'duration',
      default: 5000,
      max: HOUR_MS,
      about: 'How often what was decided and booked since is sealed, off the hot path.',
    },
  }),
  ...group('The sealed record: verify --chain', ['sweeper', 'cli'], {
    SEAL_KEY: {
      type: 'secret',
      minLength: 20,
      unset: 'blocks carry no code that only a holder of the key can make',
      about: 'Keep it where whoever may write in the database cannot read it; verify --chain needs the same one.',
    },
  }),
  ...group(
    'Books, checked while the ledger runs: balances, holds and entries of some accounts at a time',
    ['sweeper'],
    {
      SWEEP_BOOKS_EVERY_MS: {
        type: 'duration',
        default: 10_000,
        max: HOUR_MS,
        about: 'How often the next accounts are checked.',
      },
      SWEEP_BOOKS_ACCOUNTS: {
        type: 'int',
        default: 200,
        min: 0,
        max: 100_000,
        about: 'Accounts of one round; 0 checks none, and the money of all accounts is not added up either.',
      },
    },
  ),
} as const;
