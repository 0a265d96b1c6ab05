import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createWebhookSender,
  type Notification,
  type WebhookOptions,
  type WebhookSender,
} from '../src/webhooks/webhook-sender.ts';
import { startTinyIntake, type TinyIntake } from './tiny-intake.ts';

const credentials = { username: 'platform', password: 'Not-a-secret-of-anyone-1' };

let intake: TinyIntake;
let sender: WebhookSender;
afterEach(async () => {
  await sender.stop();
  await intake.close();
});

async function start(
  answer: Parameters<typeof startTinyIntake>[0] = () => 200,
  options: Partial<WebhookOptions> = {},
): Promise<void> {
  intake = await startTinyIntake(answer);
  sender = createWebhookSender({ url: intake.url, credentials, seed: 'test', secondMs: 1, ...options });
}

function notification(token: string, category = 'transactions'): Notification {
  return { category, token, text: JSON.stringify({ token, amount: 1 }) };
}

/** Tokens in the order in which they arrived, by envelope key. */
function arrived(category = 'transactions'): string[] {
  return intake.received.flatMap(({ body }) =>
    ((JSON.parse(body) as Record<string, { token: string }[]>)[category] ?? []).map(({ token }) => token),
  );
}

const tokens = (count: number): string[] => Array.from({ length: count }, (_, index) => `t-${index}`);

describe('delivery', () => {
  it('sends batches of at most ten of one category, under its key', async () => {
    await start();
    for (const token of tokens(23)) sender.send(notification(token));
    sender.send(notification('c-1', 'cards'));
    await sender.drain();
    expect(arrived().toSorted()).toEqual(tokens(23).toSorted());
    expect(arrived('cards')).toEqual(['c-1']);
    for (const { body } of intake.received) {
      const envelope = JSON.parse(body) as Record<string, unknown[]>;
      expect(Object.keys(envelope)).toHaveLength(1);
      expect(Object.values(envelope)[0]!.length).toBeLessThanOrEqual(10);
    }
    expect(sender.report()).toMatchObject({ notifications: 24, acknowledged: 24, dropped: 0, retries: 0, waiting: 0 });
  });

  it('authenticates and signs the very bytes it sends', async () => {
    const secret = 'an-example-of-a-secret';
    await start(() => 200, { signing: { secret, algorithm: 'HMAC_SHA_256' } });
    sender.send(notification('ü'));
    await sender.drain();
    const [{ headers, body }] = intake.received as [(typeof intake.received)[number]];
    expect(headers.authorization).toBe(`Basic ${Buffer.from('platform:Not-a-secret-of-anyone-1').toString('base64')}`);
    expect(headers['x-marqeta-signature']).toBe(createHmac('sha256', secret).update(Buffer.from(body)).digest('hex'));
  });

  it.each([
    ['HMAC_SHA_1', 'base64', 'sha1'],
    ['HMAC_SHA_256', 'base64', 'sha256'],
  ] as const)('signs by %s in %s too', async (algorithm, encoding, hash) => {
    const secret = 'an-example-of-a-secret';
    await start(() => 200, { signing: { secret, algorithm, encoding } });
    sender.send(notification('t'));
    await sender.drain();
    const [{ headers, body }] = intake.received as [(typeof intake.received)[number]];
    expect(headers['x-marqeta-signature']).toBe(createHmac(hash, secret).update(body).digest(encoding));
  });
});

describe('retries', () => {
  it.each([201, 202, 204, 302, 400, 503] as const)('takes nothing but 200 for delivered: %i', async (status) => {
    await start((nth) => (nth <= 2 ? status : 200));
    sender.send(notification('t'));
    await sender.drain();
    expect(arrived()).toEqual(['t', 't', 't']);
    expect(sender.report()).toMatchObject({ acknowledged: 1, retries: 2, answers: { [status]: 2, '200': 1 } });
  });

  it('waits 4^n seconds, by the length of its second', async () => {
    const pauses: number[] = [];
    const pause = (ms: number): Promise<void> => Promise.resolve(void pauses.push(ms));
    await start(() => 503, { secondMs: 10, pause });
    sender.send(notification('t'));
    await sender.drain();
    expect(pauses).toEqual([40, 160, 640, 2560, 10240, 40960, 163840, 655360, 2621440, 10485760]);
  });

  it('gives up after the tenth retry and says what is lost', async () => {
    const dropped: string[] = [];
    await start(() => 503, { secondMs: 0, onDropped: (lost) => dropped.push(...lost) });
    for (const token of tokens(3)) sender.send(notification(token));
    await sender.drain();
    expect(intake.received).toHaveLength(11);
    expect(dropped.toSorted()).toEqual(tokens(3));
    expect(sender.report()).toMatchObject({ dropped: 3, acknowledged: 0, waiting: 0, retries: 10 });
  });

  it('does not wait longer than its patience for an answer', async () => {
    await start((nth) => (nth === 1 ? 'hang' : 200), { timeoutMs: 50 });
    sender.send(notification('t'));
    await sender.drain();
    expect(sender.report()).toMatchObject({ acknowledged: 1, answers: { timed_out: 1, '200': 1 } });
  });

  it('does not hold up others while one batch waits for its retry', async () => {
    await start((_nth, body) => (body.includes('"bad"') ? 503 : 200), {
      secondMs: 50_000,
      inFlightMax: 1,
      lingerMs: 0,
    });
    sender.send(notification('bad'));
    await expect.poll(() => sender.report().posts).toBe(1);
    for (const token of tokens(30)) sender.send(notification(token));
    await expect.poll(() => sender.report().acknowledged).toBe(30);
    expect(sender.report()).toMatchObject({ waiting: 1, dropped: 0 });
  });
});

describe('disorder', () => {
  it('sends some twice and some late, the same ones for the same seed', async () => {
    const options = { duplicates: 0.2, reorder: 0.3, reorderMs: 30, lingerMs: 0 };
    const runs: Map<string, number>[] = [];
    for (const seed of ['a', 'a', 'b']) {
      await start(() => 200, { ...options, seed });
      for (const token of tokens(200)) sender.send(notification(token));
      await sender.drain();
      const counts = new Map(tokens(200).map((token) => [token, 0]));
      for (const token of arrived()) counts.set(token, counts.get(token)! + 1);
      runs.push(counts);
      const { duplicates, acknowledged } = sender.report();
      expect(acknowledged).toBe(200 + duplicates);
      expect(arrived()).not.toEqual(tokens(200));
      await sender.stop();
      await intake.close();
    }
    await start();
    const [first, again, other] = runs as [Map<string, number>, Map<string, number>, Map<string, number>];
    expect(Math.min(...first.values())).toBe(1);
    expect(Math.max(...first.values())).toBe(2);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe('stopping', () => {
  it('gives up what waits, at once, and says so', async () => {
    await start(() => 503, { secondMs: 100_000 });
    for (const token of tokens(15)) sender.send(notification(token));
    await expect.poll(() => sender.report().posts).toBeGreaterThan(0);
    await sender.stop();
    await sender.drain();
    expect(sender.report()).toMatchObject({ acknowledged: 0, waiting: 0 });
    expect(() => sender.send(notification('late'))).toThrow('stopped');
  });
});
