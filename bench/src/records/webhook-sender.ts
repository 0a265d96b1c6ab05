import { countOne } from '../count-one.ts';
import { createPoster, type Credentials, whyUnanswered } from '../poster.ts';
import { envelopeOf } from './envelope.ts';
import type { RecordElement } from './record-stream.ts';

/** The platform waits this long (PROTOCOL section 10.1). */
const ANSWER_TIMEOUT_MS = 5000;

export interface WebhookSender {
  /** Resolves once answered, whatever with. */
  send(elements: readonly RecordElement[]): Promise<void>;
  /** What was wrong, with how many answers: only 200 takes a webhook. */
  readonly wrong: Readonly<Record<string, number>>;
  close(): void;
}

export function createWebhookSender(options: {
  readonly url: URL;
  readonly credentials: Credentials;
  readonly connections: number;
  readonly signal: AbortSignal;
}): WebhookSender {
  const poster = createPoster({ ...options, timeoutMs: ANSWER_TIMEOUT_MS });
  const wrong: Record<string, number> = {};
  return {
    async send(elements) {
      try {
        const { status } = await poster.post(envelopeOf(elements));
        if (status !== 200) countOne(wrong, `status ${status}`);
      } catch (error) {
        countOne(wrong, whyUnanswered(error));
      }
    },
    wrong,
    close: () => poster.close(),
  };
}
