import { randomUUID } from 'node:crypto';
import type { FactCache, FactKind } from '@freeway/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const KINDS: readonly FactKind[] = ['owner', 'card', 'chain'];

export interface OpenFactCache {
  readonly cache: FactCache;
  close(): Promise<void>;
}

/** What every fact cache must do for the process that holds it. */
export const factCacheContract = (name: string, open: () => Promise<OpenFactCache>): void => {
  describe(`${name} keeps the contract of FactCache`, () => {
    let opened: OpenFactCache;
    let cache: FactCache;
    beforeEach(async () => {
      opened = await open();
      cache = opened.cache;
    });
    afterEach(() => opened.close());

    it('misses what was never set', async () => {
      for (const kind of KINDS) expect(await cache.get(kind, randomUUID())).toBeUndefined();
    });

    it('returns the text that was set, and only the newest', async () => {
      const key = randomUUID();
      await cache.set('card', key, '{"version":1}');
      await cache.set('card', key, '{"version":2,"name":"Zoë 🚗 \\u0000"}');
      expect(await cache.get('card', key)).toBe('{"version":2,"name":"Zoë 🚗 \\u0000"}');
    });

    it('keeps kinds apart under the same key', async () => {
      const key = randomUUID();
      for (const kind of KINDS) await cache.set(kind, key, kind);
      await cache.invalidate('card', [key]);
      const kept = await Promise.all(KINDS.map((kind) => cache.get(kind, key)));
      expect(kept).toEqual(['owner', undefined, 'chain']);
    });

    it('keeps apart keys that look like its own separators', async () => {
      const id = randomUUID();
      const keys = [`${id}`, `${id}:`, `${id}:a`, `${id}*`, `${id} a`, `${id}\na`, `${id}é`];
      for (const key of keys) await cache.set('owner', key, key);
      expect(await Promise.all(keys.map((key) => cache.get('owner', key)))).toEqual(keys);
      await cache.invalidate('owner', [`${id}*`]);
      expect(await cache.get('owner', `${id}:a`)).toBe(`${id}:a`);
    });

    it('forgets every key that is invalidated, known or not, and no other', async () => {
      const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
      for (const key of [first, second, third]) await cache.set('owner', key, 'x');
      await cache.invalidate('owner', [first, randomUUID(), third]);
      expect(await cache.get('owner', first)).toBeUndefined();
      expect(await cache.get('owner', second)).toBe('x');
      expect(await cache.get('owner', third)).toBeUndefined();
    });

    it('takes an invalidation of nothing', async () => {
      await expect(cache.invalidate('owner', [])).resolves.toBeUndefined();
    });

    it('does not tell a process what it invalidated itself', async () => {
      const heard = vi.fn();
      cache.onInvalidate(heard);
      const key = randomUUID();
      await cache.set('card', key, 'x');
      await cache.invalidate('card', [key]);
      await cache.get('card', key);
      expect(heard).not.toHaveBeenCalled();
    });
  });
};

export interface OpenSharedFactCache extends OpenFactCache {
  /** The same cache as another process has it; both hear each other by the time `open` resolves. */
  readonly other: FactCache;
}

/** What a fact cache that several processes share must do between them. */
export const sharedFactCacheContract = (name: string, open: () => Promise<OpenSharedFactCache>): void => {
  describe(`${name} keeps the contract of a FactCache shared by processes`, () => {
    let opened: OpenSharedFactCache;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('shows one process what another set', async () => {
      const key = randomUUID();
      await opened.cache.set('owner', key, 'x');
      expect(await opened.other.get('owner', key)).toBe('x');
    });

    it('tells every listener of another process each key that was invalidated, in order', async () => {
      const { cache, other } = opened;
      const keys = [randomUUID(), randomUUID(), randomUUID()] as const;
      await cache.set('owner', keys[0], 'x');
      const [first, second] = [vi.fn(), vi.fn()];
      other.onInvalidate(first);
      other.onInvalidate(second);
      await cache.invalidate('owner', [keys[0], keys[1]]);
      await cache.invalidate('card', [keys[2]]);
      const expected = [
        ['owner', keys[0]],
        ['owner', keys[1]],
        ['card', keys[2]],
      ];
      await vi.waitFor(() => expect(first.mock.calls).toEqual(expected));
      await vi.waitFor(() => expect(second.mock.calls).toEqual(expected));
      expect(await other.get('owner', keys[0])).toBeUndefined();
    });
  });
};
