// Where a webhook is kept: in the queue; beside it once it was silent for too long, and then without asking it again.
import { createLogger } from '@freeway/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBreaker, type Breaker } from '../src/breaker.ts';
import { createKeeping, type Keeping } from '../src/keeping.ts';

interface Publish {
  readonly bodies: readonly string[];
  readonly withinMs: number;
  confirm(): void;
  fail(): void;
}

const settle = () => new Promise(setImmediate);

describe('keeping a webhook', () => {
  let nowMs: number;
  let breaker: Breaker;
  let publishes: Publish[];
  let stored: string[];
  let isDatabaseAway: boolean;
  let keep: Keeping['keep'];
  let inHand: Keeping['inHand'];
  beforeEach(() => {
    nowMs = 1000;
    breaker = createBreaker(createLogger({ process: 'test', level: 'silent' }));
    publishes = [];
    stored = [];
    isDatabaseAway = false;
    ({ keep, inHand } = createKeeping({
      // As publish-webhooks.ts does: a failure opens the breaker.
      publish: (webhooks, withinMs) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const fail = () => {
          breaker.open(new Error('no confirm'));
          reject(new Error('no confirm'));
        };
        publishes.push({ bodies: webhooks.map(({ body }) => body), withinMs, confirm: resolve, fail });
        return promise;
      },
      store: async (webhooks) => {
        if (isDatabaseAway) throw new Error('no database');
        stored.push(...webhooks.map(({ body }) => body));
      },
      breaker,
      publishTimeoutMs: 2000,
      clock: () => nowMs,
    }));
  });

  it('confirmed: it is in the queue, and nowhere else', async () => {
    const kept = keep('{"a":1}');
    expect(inHand()).toBe(1);
    publishes[0]?.confirm();
    expect(await kept).toBe('published');
    expect(inHand()).toBe(0);
    expect(stored).toEqual([]);
  });

  it('not confirmed: it is stored, and those behind it are stored without being tried', async () => {
    const bodies = Array.from({ length: 10 }, (_, n) => `{"n":${n}}`);
    const all = bodies.map((body) => keep(body));
    publishes[0]?.fail();
    expect(await Promise.all(all)).toEqual(bodies.map(() => 'stored'));
    expect(await keep('{"n":10}')).toBe('stored');
    expect(publishes.map((each) => each.bodies)).toEqual([['{"n":0}']]);
    expect(stored.toSorted()).toEqual([...bodies, '{"n":10}'].toSorted());
  });

  it('the queue back: it is tried again', async () => {
    breaker.open(new Error('away'));
    expect(await keep('{"n":1}')).toBe('stored');
    breaker.close();
    const kept = keep('{"n":2}');
    publishes[0]?.confirm();
    expect(await kept).toBe('published');
  });

  it('the time that a webhook waited is taken from the time that the queue has', async () => {
    const all = Array.from({ length: 5 }, (_, n) => keep(`{"n":${n}}`));
    nowMs += 1500;
    publishes[0]?.confirm();
    await settle();
    expect(publishes.map(({ withinMs }) => withinMs)).toEqual([2000, 500]);
    publishes[1]?.confirm();
    await Promise.all(all);
  });

  it('a webhook that has waited too long is stored, and the queue is not to blame', async () => {
    const all = Array.from({ length: 5 }, (_, n) => keep(`{"n":${n}}`));
    nowMs += 2000;
    publishes[0]?.confirm();
    expect(await Promise.all(all)).toEqual(['published', 'stored', 'stored', 'stored', 'stored']);
    expect(breaker.isOpen()).toBe(false);
  });

  it('neither takes it: a Fault', async () => {
    breaker.open(new Error('away'));
    isDatabaseAway = true;
    await expect(keep('{}')).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
  });

  it('too much in hand: a Fault at once, until there is room again', async () => {
    const long = 'x'.repeat(30 * 1024 * 1024);
    const waiting = [keep(long), keep(long)];
    await expect(keep(long)).rejects.toMatchObject({ name: 'Fault', code: 'unavailable' });
    publishes[0]?.confirm();
    await settle();
    publishes[1]?.confirm();
    expect(await Promise.all(waiting)).toEqual(['published', 'published']);
    const later = keep(long);
    publishes.at(-1)?.confirm();
    expect(await later).toBe('published');
  });
});
