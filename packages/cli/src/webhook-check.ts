import { decodeRecord } from '@freeway/marqeta';
import type { WebhookCheck } from '@freeway/postgres';
import type { Settings } from '@freeway/runtime';

/** How verify tells what the ledger must know of the archive: what moves no money never reaches it (money.md *type first*). */
export function webhookCheckOf({ RABBITMQ_URL }: Pick<Settings<'cli'>, 'RABBITMQ_URL'>): WebhookCheck {
  return {
    queuesAreHere: RABBITMQ_URL === undefined,
    recordOf(element) {
      const decoded = decodeRecord(element, { receivedAtMs: 0 });
      return decoded.ok && decoded.record.effect !== 'no_money' ? decoded.record : undefined;
    },
  };
}
