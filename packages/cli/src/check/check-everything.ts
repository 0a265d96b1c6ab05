import type { TlsMaterial } from './ask-url.ts';
import { type Check, type CheckGroup, notChecked } from './check.ts';
import { checkGateway, checkHidden } from './check-gateway.ts';
import { type CheckedProgramme, checkProgramme } from './check-programme.ts';
import { checkTls } from './check-tls.ts';
import { checkWebhooks } from './check-webhooks.ts';

export interface CheckedFreeway extends CheckedProgramme {
  readonly tls: TlsMaterial;
}

/** Everything that can be seen of a Freeway from outside, and of its programme at Marqeta. */
export async function checkEverything(freeway: CheckedFreeway): Promise<readonly CheckGroup[]> {
  const { gatewayUrl, webhookUrl } = freeway;
  const isOneHost = new URL(gatewayUrl).origin === new URL(webhookUrl).origin;
  const gateway = await secured(gatewayUrl, freeway.tls, false, () => gatewayChecks(freeway));
  const intake = await secured(webhookUrl, freeway.tls, isOneHost, () => intakeChecks(freeway));
  return [
    { about: `gateway ${gatewayUrl}`, checks: gateway },
    { about: `webhooks ${webhookUrl}`, checks: intake },
    { about: 'programme at Marqeta', checks: await checkProgramme(freeway) },
  ];
}

/** A password is sent only to whom it belongs. */
async function secured(
  url: string,
  tls: TlsMaterial,
  isSeen: boolean,
  run: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  const { checks, isTrusted } = await checkTls(url, tls, Date.now());
  const own = isSeen ? [] : checks;
  if (!isTrusted)
    return [...own, notChecked('the rest', 'no credentials are sent there', 'mend what is above, and run it again')];
  return [...own, ...(await run()), ...(isSeen ? [] : await checkHidden(url, tls))];
}

function gatewayChecks({ gateway, gatewayUrl, tls }: CheckedFreeway): Promise<readonly Check[]> {
  const { JIT_HEADER_NAME: name, JIT_HEADER_VALUE: value } = gateway;
  return checkGateway({
    url: gatewayUrl,
    presented: {
      username: gateway.JIT_BASIC_AUTH_USERNAME,
      password: gateway.JIT_BASIC_AUTH_PASSWORD,
      headers: headerOf(name, value),
    },
    tls,
    timeoutMs: gateway.MARQETA_TIMEOUT_MS,
    bodyLimitBytes: gateway.BODY_LIMIT_BYTES,
  });
}

function intakeChecks({ intake, webhookUrl, tls }: CheckedFreeway): Promise<readonly Check[]> {
  const { WEBHOOK_HEADER_NAME: name, WEBHOOK_HEADER_VALUE: value, WEBHOOK_SIGNATURE_SECRET: secret } = intake;
  const algorithm = intake.WEBHOOK_SIGNATURE_ALGORITHMS;
  return checkWebhooks({
    url: webhookUrl,
    presented: {
      username: intake.WEBHOOK_BASIC_AUTH_USERNAME,
      password: intake.WEBHOOK_BASIC_AUTH_PASSWORD,
      headers: headerOf(name, value),
    },
    tls,
    signing:
      secret === undefined ? undefined : { secret, algorithm: algorithm === 'both' ? 'HMAC_SHA_256' : algorithm },
    bodyLimitBytes: intake.WEBHOOK_BODY_LIMIT_BYTES,
  });
}

function headerOf(name: string | undefined, value: string | undefined): Readonly<Record<string, string>> {
  return name === undefined || value === undefined ? {} : { [name]: value };
}
