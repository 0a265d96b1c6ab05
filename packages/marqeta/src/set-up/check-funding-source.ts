import type { WireObject } from '../read-member.ts';
import {
  ask,
  checkHeader,
  checkUsername,
  expectThat,
  failed,
  ok,
  type SetUpCheck,
  type SetUpExpected,
  textOf,
} from './set-up-check.ts';

/** The program gateway funding source of a card product: where Marqeta asks, as whom, and how long it waits (PROTOCOL 2.1). */
export function checkFundingSource(
  token: string,
  source: WireObject | undefined,
  expected: SetUpExpected,
): SetUpCheck[] {
  const name = `funding source ${token}`;
  if (source === undefined)
    return [failed(name, 'Marqeta does not know it', 'correct funding_source_token of the card product')];
  const url = textOf(source['url']);
  return [
    expectThat(url === expected.gatewayUrl, `${name} url`, url, `set it to ${expected.gatewayUrl}`),
    expectThat(source['active'] !== false, `${name} active`, textOf(source['active'] ?? true), 'activate it'),
    expectThat(
      source['timeout_millis'] === expected.timeoutMs,
      `${name} timeout_millis`,
      textOf(source['timeout_millis']),
      `make it equal MARQETA_TIMEOUT_MS, ${expected.timeoutMs}: a later answer is thrown away, its hold stays`,
    ),
    checkUsername(name, source['basic_auth_username'], expected.gatewayUsername),
    ...checkHeader(name, source['custom_header'], expected.gatewayHeader),
    mutualTls(name, source),
  ];
}

function mutualTls(name: string, source: WireObject): SetUpCheck {
  return source['use_mtls'] === true
    ? ok(`${name} use_mtls`, 'on: the proxy may ask for a client certificate')
    : ask(
        `${name} use_mtls`,
        'off',
        'the password alone lets Marqeta in: turn it on if the proxy can ask for client certificates',
      );
}
