import type { Settings } from '@freeway/runtime';
import type { createLives } from '@freeway/simulator';

type WebhookOptions = Parameters<typeof createLives>[0]['webhooks'];
type Presented = Pick<WebhookOptions, 'credentials' | 'headers'>;

/** What a gateway asks to be presented. */
export function presentedToGateway(gateway: Settings<'gateway'>): Presented {
  return {
    credentials: { username: gateway.JIT_BASIC_AUTH_USERNAME, password: gateway.JIT_BASIC_AUTH_PASSWORD },
    ...customHeader(gateway.JIT_HEADER_NAME, gateway.JIT_HEADER_VALUE),
  };
}

/** What intake asks to be presented, signature and all. */
export function presentedToIntake(intake: Settings<'intake'>): Presented & Pick<WebhookOptions, 'signing'> {
  const secret = intake.WEBHOOK_SIGNATURE_SECRET;
  const algorithm = intake.WEBHOOK_SIGNATURE_ALGORITHMS === 'HMAC_SHA_1' ? 'HMAC_SHA_1' : 'HMAC_SHA_256';
  return {
    credentials: { username: intake.WEBHOOK_BASIC_AUTH_USERNAME, password: intake.WEBHOOK_BASIC_AUTH_PASSWORD },
    ...customHeader(intake.WEBHOOK_HEADER_NAME, intake.WEBHOOK_HEADER_VALUE),
    ...(secret === undefined ? {} : { signing: { secret, algorithm } }),
  };
}

function customHeader(name: string | undefined, value: string | undefined): Pick<Presented, 'headers'> {
  return name === undefined || value === undefined ? {} : { headers: { [name]: value } };
}
