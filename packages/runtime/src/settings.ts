import { RECORD_SETTINGS } from './record-settings.ts';
import { group, PROCESSES } from './setting.ts';
import { SWEEPER_SETTINGS } from './sweeper-settings.ts';
import { WEBHOOK_SETTINGS } from './webhook-settings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Every setting there is: types, start-up checks and `.env.example` come from here; relations are in `setting-relations.ts`. */
export const SETTINGS = {
  ...group('Where the gateway listens', ['gateway', 'cli'], {
    HOST: { type: 'string', default: '127.0.0.1', about: 'Address to listen on; 0.0.0.0 for every interface.' },
    PORT: { type: 'int', default: 8080, min: 0, max: 65_535, about: 'Port to listen on; 0 takes any free one.' },
  }),

  ...group('Stores; unset means embedded', PROCESSES, {
    DATABASE_URL: {
      type: 'url',
      protocols: ['postgres:', 'postgresql:'],
      unset: 'a PostgreSQL of our own is started under DATA_FOLDER',
      form: {
        pattern: /(?!.*[?&]target_session_attrs=(?!(?:any|primary|read-write|standby)(?:&|$))).*/s,
        says: 'without target_session_attrs, or with any, primary, read-write or standby',
      },
      about:
        'PostgreSQL, the ledger. It may name several servers, postgres://user:password@a:5432,b:5432/freeway: the one that takes writes is found, also after a failover (target_session_attrs=read-write, which is the default with several).',
    },
    REDIS_URL: {
      type: 'url',
      protocols: ['redis:', 'rediss:', 'redis+sentinel:', 'rediss+sentinel:'],
      form: {
        pattern: /(?!rediss?\+sentinel:\/\/[^/]*\/?(?:\?|$)).*/s,
        says: 'with the name of the master group after the sentinels, as in redis+sentinel://a:26379,b:26379/mymaster',
      },
      unset: 'facts are cached in the process only',
      about:
        'Redis, the shared cache of facts. Behind Sentinel: redis+sentinel://user:password@a:26379,b:26379/mymaster/0, with ?sentinel_username=, ?sentinel_password= where the sentinels ask for them.',
    },
    RABBITMQ_URL: {
      type: 'url',
      protocols: ['amqp:', 'amqps:'],
      unset: 'queues are kept in PostgreSQL',
      about:
        'RabbitMQ, the queues. It may name several nodes of a cluster, amqp://user:password@a:5672,b:5672/: the next one is tried when one is away.',
    },
    MONGODB_URI: {
      type: 'url',
      protocols: ['mongodb:', 'mongodb+srv:'],
      unset: 'the archive is kept in PostgreSQL',
      about: 'MongoDB, the archive of decisions and raw messages.',
    },
    DATA_FOLDER: { type: 'string', default: '.freeway', about: 'Where embedded stores keep their files.' },
  }),

  ...group('What Marqeta must present', ['gateway'], {
    JIT_BASIC_AUTH_USERNAME: {
      type: 'string',
      required: true,
      maxLength: 50,
      form: { pattern: /[^:]+/, says: 'free of colons' },
      about: 'basic_auth_username of the gateway funding source.',
    },
    JIT_BASIC_AUTH_PASSWORD: {
      type: 'secret',
      required: true,
      minLength: 20,
      maxLength: 100,
      about: 'basic_auth_password of the gateway funding source.',
    },
    JIT_BASIC_AUTH_USERNAME_NEXT: {
      type: 'string',
      maxLength: 50,
      form: { pattern: /[^:]+/, says: 'free of colons' },
      unset: 'one credential is accepted',
      about: 'Second credential, accepted beside the first while you rotate. With its password, or neither.',
    },
    JIT_BASIC_AUTH_PASSWORD_NEXT: {
      type: 'secret',
      minLength: 20,
      maxLength: 100,
      unset: 'one credential is accepted',
      about: 'Password of the second credential.',
    },
    JIT_HEADER_NAME: {
      type: 'string',
      form: { pattern: /[!#$%&'*+.^_`|~0-9A-Za-z-]+/, says: 'a header name' },
      unset: 'no extra header is asked for',
      about: 'A custom_header of the funding source that every request must carry. With its value, or neither.',
    },
    JIT_HEADER_VALUE: {
      type: 'secret',
      maxLength: 500,
      unset: 'no extra header is asked for',
      about: 'The value of that header.',
    },
    BODY_LIMIT_BYTES: { type: 'int', default: 262_144, min: 1024, max: 16_777_216, about: 'Longer requests get 413.' },
  }),

  ...WEBHOOK_SETTINGS,

  ...group('Time to answer', ['gateway', 'worker'], {
    MARQETA_TIMEOUT_MS: {
      type: 'duration',
      default: 3000,
      min: 1000,
      max: 7000,
      about: "Must equal the funding source's timeout_millis.",
    },
    NETWORK_ALLOWANCE_MS: {
      type: 'duration',
      default: 500,
      about: 'Kept back for the way to and from Marqeta: the deadline is MARQETA_TIMEOUT_MS minus this.',
    },
    LEDGER_UNAVAILABLE: {
      type: 'choice',
      choices: ['error', 'decline'],
      default: 'error',
      about: 'Answer when the ledger cannot: error is a 5xx, so that Commando may stand in; decline is a 402.',
    },
  }),

  ...group('What is approved', ['gateway', 'worker'], {
    UNKNOWN_METHOD: {
      type: 'choice',
      choices: ['authorize', 'decline'],
      default: 'authorize',
      about: 'A JIT method we do not know that takes money: run the debit decision, or decline.',
    },
    UNKNOWN_CARD: {
      type: 'choice',
      choices: ['decline', 'adopt'],
      default: 'decline',
      about: 'A card we do not know of an owner we know: decline, or take it over and decide.',
    },
    REQUIRE_ACTIVE: {
      type: 'boolean',
      default: false,
      about: 'Decline while our copy of a card or owner is not yet active. Marqeta checks this itself.',
    },
    REFUND_AUTHORIZATIONS: { type: 'boolean', default: true, about: 'Accept refund authorizations.' },
    ORIGINAL_CREDITS: { type: 'boolean', default: false, about: 'Accept original credits (push to card).' },
    ORIGINAL_CREDIT_MAX: {
      type: 'decimal',
      unset: 'allowed only while ORIGINAL_CREDITS is false',
      about: 'Largest original credit, in major units of its currency, for example 2500.00.',
    },
    DECLINE_REASONS_2026: {
      type: 'boolean',
      default: false,
      about: 'Send the decline reasons that Marqeta introduced in 2026; set it only where the program knows them.',
    },
  }),

  ...group('PostgreSQL', PROCESSES, {
    POSTGRES_POOL_MAX: {
      type: 'int',
      default: 20,
      min: 5,
      max: 200,
      about:
        'Most connections of one pool: a gateway has one for facts and COMMIT_IN_FLIGHT more for commits, a worker one more. There is no minimum to set: the driver opens a connection when a query needs one and closes it after POSTGRES_IDLE_TIMEOUT_MS without use.',
    },
    POSTGRES_IDLE_TIMEOUT_MS: {
      type: 'duration',
      default: 300_000,
      min: 1000,
      about: 'Idle connections are closed after this; the driver counts whole seconds.',
    },
    STATEMENT_TIMEOUT_MS: {
      type: 'duration',
      default: 30_000,
      min: 100,
      about: 'Limit of every statement but those of the hot path, which have the deadline of their request.',
    },
    SLOW_QUERY_MS: { type: 'duration', default: 100, about: 'Slower statements are logged by name.' },
  }),

  ...group('Commit', ['gateway', 'worker'], {
    COMMIT_BATCH_MAX: { type: 'int', default: 64, min: 1, max: 512, about: 'Most authorizations in one commit.' },
    COMMIT_IN_FLIGHT: {
      type: 'int',
      default: 2,
      min: 1,
      max: 8,
      about:
        'Commits under way at once, each on its own connection; fewer than POSTGRES_POOL_MAX. Beside one, another is begun when it is full, or has waited 20 ms.',
    },
    COMMIT_QUEUE_MAX: {
      type: 'int',
      default: 5000,
      min: 1,
      max: 1_000_000,
      about: 'Most authorizations waiting for a commit; beyond it the answer is immediate. At least COMMIT_BATCH_MAX.',
    },
  }),

  ...group('Cached facts, a hint and never the truth', ['gateway', 'worker'], {
    FACT_TTL_OWNER_MS: { type: 'duration', default: HOUR_MS, about: 'Users and businesses, with their limits.' },
    FACT_TTL_CARD_MS: { type: 'duration', default: HOUR_MS / 4, about: 'Cards, with their limits.' },
    FACT_TTL_CHAIN_MS: {
      type: 'duration',
      default: HOUR_MS / 12,
      about: 'Authorizations that later requests refer to.',
    },
    FACT_CACHE_ENTRIES: {
      type: 'int',
      default: 25_000,
      min: 100,
      max: 10_000_000,
      about: 'Facts of each kind kept in the process, for each kind of subject.',
    },
  }),

  ...group('Redis', PROCESSES, {
    REDIS_TIMEOUT_MS: {
      type: 'duration',
      default: 20,
      max: 1000,
      about: 'A slower answer counts as a miss, and towards opening the circuit breaker.',
    },
  }),

  ...group('Queues', ['intake', 'relay', 'worker', 'sweeper', 'cli'], {
    QUEUE_PREFIX: {
      type: 'string',
      maxLength: 50,
      form: { pattern: /[a-z0-9][a-z0-9._-]*/, says: 'made of a-z, 0-9, dots, dashes and underscores' },
      unset: 'the names stand alone',
      about: 'Put before the name of every queue and exchange, where several programmes share a broker.',
    },
    QUEUE_PREFETCH: { type: 'int', default: 50, min: 1, max: 2000, about: 'Messages one consumer holds at once.' },
    QUEUE_RETRY_DELAYS_MS: {
      type: 'durations',
      count: 3,
      default: [1000, 10_000, 60_000],
      about: 'Waits before the three retries, growing; then the message goes to the dead letters.',
    },
  }),

  ...group('Outbox', ['relay', 'worker', 'cli'], {
    OUTBOX_POLL_MS: { type: 'duration', default: 200, max: 60_000, about: 'How often the relay looks when idle.' },
    OUTBOX_RETENTION_MS: {
      type: 'duration',
      default: DAY_MS,
      max: 366 * DAY_MS,
      about: 'How long published outbox rows are kept.',
    },
  }),

  ...RECORD_SETTINGS,

  ...SWEEPER_SETTINGS,

  ...group('MongoDB', ['worker', 'cli'], {
    MONGODB_POOL_MIN: { type: 'int', default: 2, min: 0, max: 1000, about: 'Connections kept open.' },
    MONGODB_POOL_MAX: { type: 'int', default: 10, min: 1, max: 1000, about: 'Most connections of one process.' },
  }),

  ...group('Watching the hot path', ['gateway', 'worker'], {
    SLOW_REQUEST_WARN_MS: { type: 'duration', default: 50, about: 'Slower requests are logged as warnings.' },
    SLOW_REQUEST_CRITICAL_MS: { type: 'duration', default: 100, about: 'Slower requests are logged as errors.' },
    MAX_EVENT_LOOP_DELAY_MS: {
      type: 'duration',
      default: 500,
      about: 'Beyond this event loop delay new requests get 503 at once, before they are read.',
    },
  }),

  ...group('Watching relay, workers and sweeper', ['relay', 'worker', 'sweeper'], {
    OPERATIONS_HOST: {
      type: 'string',
      default: '127.0.0.1',
      about: 'Address for /health, /ready and /metrics; gateway and intake serve them beside their own routes.',
    },
    OPERATIONS_PORT: {
      type: 'int',
      min: 0,
      max: 65_535,
      unset: 'they are not served',
      about: 'Port for them; 0 takes any free one. Give each process its own.',
    },
  }),

  ...group('Every process', PROCESSES, {
    LOG_LEVEL: {
      type: 'choice',
      choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      default: 'info',
      about: 'Least level that is logged. Lines are JSON.',
    },
    STOP_TIMEOUT_MS: {
      type: 'duration',
      default: 10_000,
      about: 'Time to finish what is in flight when told to stop.',
    },
  }),
} as const;
