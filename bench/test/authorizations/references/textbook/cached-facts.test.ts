import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openFactCache } from '../../../../src/authorizations/references/textbook/cached-facts.ts';
import type { Facts, Subject } from '../../../../src/authorizations/references/textbook/facts.ts';

const redisUrl = process.env['TEST_REDIS_URL'];
const KNOWN: Facts = {
  user: { state: 'active', accountId: '17' },
  card: { userToken: 'u', state: 'active', expiresOn: '2099-12-31' },
  limits: [{ limitId: 3, window: 'day', maxAmountMinor: '9007199254740993', maxCount: null }],
};
const NOBODY: Facts = { user: null, card: null, limits: [] };

const subject: Subject = { userToken: 'u', cardToken: 'c', currency: 'USD' };

const open = async (facts: Facts) => {
  const asked: Subject[] = [];
  const prefix = `bench-test-${randomBytes(4).toString('hex')}:`;
  const cache = await openFactCache(redisUrl ?? '', prefix, async (wanted) => {
    asked.push(wanted);
    return facts;
  });
  return { cache, asked };
};

describe.skipIf(redisUrl === undefined)('facts in Redis', () => {
  test('are looked up once, for each subject', async () => {
    const { cache, asked } = await open(KNOWN);
    expect(await cache.lookUp(subject)).toEqual(KNOWN);
    expect(await cache.lookUp(subject)).toEqual(KNOWN);
    expect(asked).toEqual([subject]);
    await cache.lookUp({ ...subject, cardToken: 'another' });
    expect(asked).toHaveLength(2);
    cache.close();
  });

  test('are not kept where there are none', async () => {
    const { cache, asked } = await open(NOBODY);
    expect(await cache.lookUp(subject)).toEqual(NOBODY);
    expect(await cache.lookUp(subject)).toEqual(NOBODY);
    expect(asked).toHaveLength(2);
    cache.close();
  });

  test('come from their source when Redis is gone', async () => {
    const { cache, asked } = await open(KNOWN);
    await cache.lookUp(subject);
    cache.close();
    expect(await cache.lookUp(subject)).toEqual(KNOWN);
    expect(asked).toHaveLength(2);
  });
});
