import { Fault } from '@freeway/core';
import { SIGNATURE_ALGORITHMS } from '@freeway/marqeta';
import { checkSetUp } from '@freeway/marqeta/core-api';
import type { Settings } from '@freeway/runtime';
import { type Check, fails, notChecked } from './check.ts';

export interface CheckedProgramme {
  readonly gateway: Settings<'gateway'>;
  readonly intake: Settings<'intake'>;
  readonly cli: Settings<'cli'>;
  readonly gatewayUrl: string;
  readonly webhookUrl: string;
}

const ATTEMPTS = 3;

/** How the programme is set up at Marqeta, as far as its Core API shows it. */
export async function checkProgramme({
  gateway,
  intake,
  cli,
  gatewayUrl,
  webhookUrl,
}: CheckedProgramme): Promise<readonly Check[]> {
  const { CORE_API_URL: baseUrl, CORE_API_APPLICATION_TOKEN: application, CORE_API_ADMIN_TOKEN: admin } = cli;
  if (baseUrl === undefined || application === undefined || admin === undefined)
    return [
      notChecked(
        'set-up',
        'CORE_API_URL and its tokens are not set',
        'set them, or compare docs/go-live.md with the dashboard',
      ),
    ];
  const algorithms = intake.WEBHOOK_SIGNATURE_ALGORITHMS;
  try {
    return await checkSetUp(
      {
        baseUrl,
        applicationToken: application,
        adminToken: admin,
        timeoutMs: cli.CORE_API_TIMEOUT_MS,
        attempts: ATTEMPTS,
        backoff: { baseMs: 200, maxMs: 2000 },
        signal: new AbortController().signal,
      },
      {
        gatewayUrl,
        gatewayUsername: gateway.JIT_BASIC_AUTH_USERNAME,
        gatewayHeader: gateway.JIT_HEADER_NAME,
        timeoutMs: gateway.MARQETA_TIMEOUT_MS,
        asksForStandIn: gateway.LEDGER_UNAVAILABLE === 'error',
        webhookUrl,
        webhookUsername: intake.WEBHOOK_BASIC_AUTH_USERNAME,
        webhookHeader: intake.WEBHOOK_HEADER_NAME,
        isSigned: intake.WEBHOOK_SIGNATURE_SECRET !== undefined,
        signatureAlgorithms: algorithms === 'both' ? SIGNATURE_ALGORITHMS : [algorithms],
      },
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [fails('set-up', error.message, 'look at CORE_API_URL and its tokens')];
  }
}
