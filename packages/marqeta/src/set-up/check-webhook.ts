import type { WireObject } from '../read-member.ts';
import {
  checkHeader,
  checkUsername,
  expectThat,
  failed,
  member,
  ok,
  type SetUpCheck,
  type SetUpExpected,
  textOf,
  tokenOf,
} from './set-up-check.ts';

/** What has an effect here (PROTOCOL 10.3); the rest is archived. */
const NEEDED = ['transaction', 'cardtransition', 'usertransition', 'businesstransition'] as const;

/** The webhook that points to our intake: what it tells, and how it is signed (PROTOCOL 10.6). */
export function checkWebhooks(webhooks: readonly WireObject[], expected: SetUpExpected): SetUpCheck[] {
  const ours = webhooks.filter((each) => member(each, 'config', 'url') === expected.webhookUrl);
  const [webhook] = ours.filter(({ active }) => active !== false);
  if (webhook === undefined)
    return [
      failed(
        'webhook',
        ours.length > 0 ? 'not active' : `none of ${webhooks.length} points here`,
        ours.length > 0
          ? `activate ${tokenOf(ours[0] as WireObject)}`
          : `make one for ${expected.webhookUrl}: nothing is ever confirmed or booked without`,
      ),
    ];
  const name = `webhook ${tokenOf(webhook)}`;
  const config = webhook['config'];
  return [
    ok(`${name} url`, expected.webhookUrl),
    events(name, webhook['events']),
    checkUsername(name, member(config, 'basic_auth_username'), expected.webhookUsername),
    ...signature(name, config, expected),
    ...checkHeader(name, member(config, 'custom_header'), expected.webhookHeader),
  ];
}

function events(name: string, value: unknown): SetUpCheck {
  const told = Array.isArray(value) ? value.map(textOf) : [];
  const missing = told.includes('*') ? [] : NEEDED.filter((category) => !told.includes(`${category}.*`));
  return expectThat(
    missing.length === 0,
    `${name} events`,
    told.length === 0 ? 'none' : told.join(', '),
    `add ${missing.map((category) => `${category}.*`).join(', ')}, or * for everything`,
  );
}

function signature(name: string, config: unknown, expected: SetUpExpected): SetUpCheck[] {
  const secret = member(config, 'secret');
  const has = typeof secret === 'string' && secret !== '';
  if (!expected.isSigned)
    return [
      has
        ? failed(
            `${name} signature`,
            'Marqeta signs, and nobody looks',
            'set WEBHOOK_SIGNATURE_SECRET to the same secret',
          )
        : failed(`${name} signature`, 'none', 'set config.secret at Marqeta, and WEBHOOK_SIGNATURE_SECRET here'),
    ];
  if (!has)
    return [
      failed(
        `${name} signature`,
        'no secret',
        'set config.secret to WEBHOOK_SIGNATURE_SECRET: every webhook is refused',
      ),
    ];
  // SHA-1 where only a secret is set appears to be the default (PROTOCOL 10.2).
  const algorithm = textOf(member(config, 'signature_algorithm') ?? 'HMAC_SHA_1');
  return [
    ok(`${name} signature`, 'with a secret'),
    expectThat(
      expected.signatureAlgorithms.includes(algorithm),
      `${name} signature_algorithm`,
      algorithm,
      `set one of ${expected.signatureAlgorithms.join(', ')}, or WEBHOOK_SIGNATURE_ALGORITHMS=both`,
    ),
  ];
}
