import { afterAll, beforeAll, describe } from 'vitest';
import { deadLettersContract } from './queues-dead-letters.ts';
import { deliveryContract } from './queues-delivery.ts';
import { failureContract } from './queues-failure.ts';
import { operationContract } from './queues-operation.ts';
import { openFresh, type OpenQueues, type QueuesUnderTest } from './queues-under-test.ts';

export type {
  OpenQueues,
  QueuesContractOptions,
  QueuesUnderTest,
  RawDeadLetter,
  ReplyInbox,
} from './queues-under-test.ts';

/** What every implementation of the `Queues` port must do. */
export function queuesContract(name: string, open: OpenQueues): void {
  describe(`queues on ${name}`, () => {
    let shared: QueuesUnderTest;
    beforeAll(async () => {
      shared = await openFresh(open);
    });
    afterAll(() => shared?.close());

    deliveryContract(() => shared);
    failureContract(() => shared);
    operationContract(
      () => shared,
      (retryDelaysMs) => openFresh(open, retryDelaysMs),
    );
    deadLettersContract((retryDelaysMs) => openFresh(open, retryDelaysMs));
  });
}
