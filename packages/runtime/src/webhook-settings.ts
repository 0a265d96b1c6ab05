import { group } from './setting.ts';

/** The settings that only the intake of webhooks reads. */
export const WEBHOOK_SETTINGS = {
  ...group('Where intake listens', ['intake'], {
    INTAKE_HOST: { type: 'string', default: '127.0.0.1', about: 'Address to listen on; 0.0.0.0 for every interface.' },
    INTAKE_PORT: { type: 'int', default: 8081, min: 0, max: 65_535, about: 'Port to listen on; 0 takes any free one.' },
  }),

  ...group('What Marqeta must present with a webhook', ['intake'], {
    WEBHOOK_BASIC_AUTH_USERNAME: {
      type: 'string',
      required: true,
      maxLength: 50,
      form: { pattern: /[^:]+/, says: 'free of colons' },
      about: 'basic_auth_username of the webhook.',
    },
    WEBHOOK_BASIC_AUTH_PASSWORD: {
      type: 'secret',
      required: true,
      minLength: 20,
      maxLength: 100,
      about: 'basic_auth_password of the webhook.',
    },
    WEBHOOK_BASIC_AUTH_USERNAME_NEXT: {
      type: 'string',
      maxLength: 50,
      form: { pattern: /[^:]+/, says: 'free of colons' },
      unset: 'one credential is accepted',
      about: 'Second credential, accepted beside the first while you rotate. With its password, or neither.',
    },
    WEBHOOK_BASIC_AUTH_PASSWORD_NEXT: {
      type: 'secret',
      minLength: 20,
      maxLength: 100,
      unset: 'one credential is accepted',
      about: 'Password of the second credential.',
    },
    WEBHOOK_HEADER_NAME: {
      type: 'string',
      form: { pattern: /[!#$%&'*+.^_`|~0-9A-Za-z-]+/, says: 'a header name' },
      unset: 'no extra header is asked for',
      about: 'A custom_header of the webhook that every request must carry. With its value, or neither.',
    },
    WEBHOOK_HEADER_VALUE: {
      type: 'secret',
      maxLength: 500,
      unset: 'no extra header is asked for',
      about: 'The value of that header.',
    },
    WEBHOOK_SIGNATURE_SECRET: {
      type: 'secret',
      minLength: 20,
      maxLength: 100,
      unset: 'no signature is asked for',
      about: "The webhook's config.secret: every request must carry X-Marqeta-Signature made with it.",
    },
    WEBHOOK_SIGNATURE_SECRET_NEXT: {
      type: 'secret',
      minLength: 20,
      maxLength: 100,
      unset: 'one secret is accepted',
      about: 'Second secret, accepted beside the first while you change it.',
    },
    WEBHOOK_SIGNATURE_ALGORITHMS: {
      type: 'choice',
      choices: ['both', 'HMAC_SHA_1', 'HMAC_SHA_256'],
      default: 'both',
      about: "The webhook's config.signature_algorithm; both, so that it can be switched at Marqeta at any time.",
    },
    WEBHOOK_BODY_LIMIT_BYTES: {
      type: 'int',
      default: 1_048_576,
      min: 1024,
      max: 8_388_608,
      about: 'Longer webhooks get 413, and are lost if Marqeta never sends them shorter.',
    },
  }),

  ...group('How long a webhook may take; Marqeta waits 5 s', ['intake'], {
    WEBHOOK_PUBLISH_TIMEOUT_MS: {
      type: 'duration',
      default: 2000,
      about: 'From then on the queue counts as away, and webhooks are stored in PostgreSQL until it is back.',
    },
    WEBHOOK_STORE_TIMEOUT_MS: {
      type: 'duration',
      default: 1000,
      about: 'Limit of the statement that stores them; its answer may take a second more, then Marqeta gets 503.',
    },
  }),
} as const;
