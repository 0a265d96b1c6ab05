import { randomUUID } from 'node:crypto';
import { type Archive, ARCHIVE_COLLECTIONS, type ArchiveDocument } from '@freeway/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export interface OpenArchive {
  /** Empty. */
  readonly archive: Archive;
  close(): Promise<void>;
}

const NOON_MS = Date.UTC(2026, 2, 1, 12);

const documentOf = (fields: Partial<ArchiveDocument> = {}): ArchiveDocument => ({
  id: randomUUID(),
  transactionToken: 'transaction-1',
  accountId: '9007199254740993',
  cardToken: 'card-1',
  occurredAtMs: NOON_MS,
  content: { outcome: 'approve' },
  ...fields,
});

const at = (minutes: number, fields: Partial<ArchiveDocument> = {}): ArchiveDocument =>
  documentOf({ id: `at-${minutes}`, occurredAtMs: NOON_MS + minutes * 60_000, ...fields });

const idsOf = (documents: readonly ArchiveDocument[]): string[] => documents.map(({ id }) => id);

const ODD_IDS = [
  "'; drop table archive; --",
  '"quoted" \\back\\slash\n\ttab',
  '$set',
  '$.a.b',
  '{"$ne":null}',
  ' leading and trailing ',
  'ünïcödé 卡 🚗',
  '%_*?',
  '0',
  'x'.repeat(300),
];

const ODD_CONTENTS: Readonly<Record<string, Record<string, unknown>>> = {
  empty: {},
  'unicode, in keys too': { 'Straße 卡': 'Zoë 🚗 \u200f\u2028', 'e\u0301': 'é' },
  'control characters and lone surrogates': { text: 'a\u0000b\u0001\u001e\ud800', 'key\u001e': 1 },
  'amounts as text': { amount: '10.500', small: '0.00', large: '999999999999999999999.99', exponent: '1E+2' },
  'numbers of every size': { numbers: [0, -1, 0.1, 1e21, 2 ** 31, -(2 ** 53) + 1, 5e-324, 1.7976931348623157e308] },
  'text that looks like other types': { date: '2026-03-01T12:00:00Z', number: '1', oid: '507f1f77bcf86cd799439011' },
  'null, booleans and empty values': { none: null, yes: true, no: false, text: '', list: [], object: {} },
  'lists in lists': { rows: [[1, [2, []]], [], [{ a: [[]] }]] },
  'keys with dots and dollars': { 'a.b': { $set: { '$.': 1 } }, '': 'empty key', $oid: '1', _id: 2, id: 3 },
  'keys that look like a prototype': JSON.parse('{"__proto__":{"admin":true},"constructor":1}'),
  'keys that mean something to drivers': { nested: { _bsontype: 'ObjectId', id: 'x' }, toBSON: 'x', 'nul\u0000': 1 },
  'keys in their order': { b: 1, a: 2, nested: { z: 1, y: 2 } },
  'deep nesting': JSON.parse(`${'{"a":'.repeat(250)}1${'}'.repeat(250)}`),
};

const describeInsert = (archive: () => Archive): void => {
  it('counts what was new', async () => {
    expect(await archive().insert('decisions', [documentOf(), documentOf()])).toBe(2);
    expect(await archive().insert('decisions', [])).toBe(0);
  });

  it('leaves a document that is there as it is, and still inserts those around it', async () => {
    const [first, known, last] = [documentOf(), documentOf(), documentOf()];
    await archive().insert('decisions', [known]);
    const again = { ...known, cardToken: 'card-2', content: { changed: true } };
    expect(await archive().insert('decisions', [first, again, last])).toBe(2);
    expect(await archive().get('decisions', known.id)).toEqual(known);
    expect(await archive().get('decisions', last.id)).toEqual(last);
  });

  it('takes the first of two with one id in the same call', async () => {
    const document = documentOf();
    const twin = { ...document, content: { twin: true } };
    expect(await archive().insert('messages', [document, twin])).toBe(1);
    expect(await archive().get('messages', document.id)).toEqual(document);
  });

  it('keeps one document however many insert it at once', async () => {
    const document = documentOf();
    const counts = await Promise.all(Array.from({ length: 8 }, () => archive().insert('messages', [document])));
    expect(counts.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('takes a large batch', async () => {
    const documents = Array.from({ length: 2_500 }, (_, n) => documentOf({ id: `bulk-${n}`, occurredAtMs: n }));
    expect(await archive().insert('messages', documents)).toBe(2_500);
    expect((await archive().statistics()).messages.documents).toBe(2_500);
  });

  it('keeps collections apart', async () => {
    const document = documentOf();
    await archive().insert('decisions', [document]);
    expect(await archive().get('messages', document.id)).toBeUndefined();
    expect(await archive().insert('messages', [document])).toBe(1);
  });
};

const describeUpsert = (archive: () => Archive): void => {
  it('inserts, then replaces the whole document', async () => {
    const document = documentOf({ content: { a: 1, b: 2 } });
    await archive().upsert('messages', document);
    expect(await archive().get('messages', document.id)).toEqual(document);
    const bare: ArchiveDocument = { id: document.id, occurredAtMs: NOON_MS + 1, content: { c: 3 } };
    await archive().upsert('messages', bare);
    expect(await archive().get('messages', document.id)).toEqual(bare);
    expect((await archive().statistics()).messages.documents).toBe(1);
  });

  it('keeps one document however many upsert it at once', async () => {
    const document = documentOf();
    const writers = Array.from({ length: 8 }, (_, writer) => ({ ...document, content: { writer } }));
    await Promise.all(writers.map((each) => archive().upsert('decisions', each)));
    expect((await archive().statistics()).decisions.documents).toBe(1);
    expect(writers).toContainEqual(await archive().get('decisions', document.id));
  });
};

const describeGet = (archive: () => Archive): void => {
  it('says which of some ids are there, in that collection', async () => {
    await archive().insert(
      'messages',
      ODD_IDS.map((id) => documentOf({ id })),
    );
    expect(await archive().known('messages', [...ODD_IDS, 'nobody', ''])).toEqual(new Set(ODD_IDS));
    expect(await archive().known('decisions', ODD_IDS)).toEqual(new Set());
    expect(await archive().known('messages', [])).toEqual(new Set());
  });

  it('is undefined for an unknown id', async () => {
    expect(await archive().get('decisions', randomUUID())).toBeUndefined();
  });

  it('leaves out the fields that were left out', async () => {
    const bare: ArchiveDocument = { id: randomUUID(), occurredAtMs: NOON_MS, content: {} };
    await archive().insert('decisions', [bare]);
    expect(await archive().get('decisions', bare.id)).toStrictEqual(bare);
  });

  it.each(ODD_IDS)('takes the id %j literally', async (id) => {
    const document = documentOf({ id, transactionToken: id, accountId: id, cardToken: id });
    await archive().insert('decisions', [document, documentOf()]);
    expect(await archive().get('decisions', id)).toEqual(document);
    for (const field of ['transactionToken', 'accountId', 'cardToken'] as const) {
      expect(idsOf(await archive().find('decisions', { [field]: id }))).toEqual([id]);
    }
  });

  it.each(Object.entries(ODD_CONTENTS))('returns content unchanged: %s', async (_, content) => {
    const [inserted, upserted] = [documentOf({ content }), documentOf({ content })];
    await archive().insert('messages', [inserted]);
    await archive().upsert('messages', upserted);
    for (const { id } of [inserted, upserted]) {
      const kept = await archive().get('messages', id);
      // As text: the order of keys counts too, and a prototype that was set would not.
      expect(JSON.stringify(kept?.content)).toBe(JSON.stringify(content));
    }
  });

  it('keeps the instant to the millisecond', async () => {
    const instants = [0, 1, 1_772_366_400_001, 1_772_366_400_999, 4_102_444_799_999];
    await archive().insert(
      'decisions',
      instants.map((occurredAtMs) => documentOf({ id: `${occurredAtMs}`, occurredAtMs })),
    );
    const kept = await Promise.all(instants.map((instant) => archive().get('decisions', `${instant}`)));
    expect(kept.map((document) => document?.occurredAtMs)).toEqual(instants);
  });
};

const describeFind = (archive: () => Archive): void => {
  it('finds by transaction token, account and card, each alone and together', async () => {
    await archive().insert('decisions', [
      at(1, { transactionToken: 't1', accountId: '1', cardToken: 'c1' }),
      at(2, { transactionToken: 't2', accountId: '1', cardToken: 'c2' }),
      at(3, { transactionToken: 't3', accountId: '2', cardToken: 'c1' }),
    ]);
    const find = async (query: Parameters<Archive['find']>[1]) => idsOf(await archive().find('decisions', query));
    expect(await find({ transactionToken: 't2' })).toEqual(['at-2']);
    expect(await find({ accountId: '1' })).toEqual(['at-2', 'at-1']);
    expect(await find({ cardToken: 'c1' })).toEqual(['at-3', 'at-1']);
    expect(await find({ accountId: '1', cardToken: 'c1' })).toEqual(['at-1']);
    expect(await find({ transactionToken: 't1', accountId: '2' })).toEqual([]);
    expect(await find({})).toEqual(['at-3', 'at-2', 'at-1']);
  });

  it('returns whole documents', async () => {
    const document = documentOf({ content: { stages: [{ name: 'decode', micros: 12 }] } });
    await archive().insert('decisions', [document]);
    expect(await archive().find('decisions', { accountId: '9007199254740993' })).toEqual([document]);
  });

  it('takes the beginning of a range in and leaves its end out', async () => {
    await archive().insert('messages', [at(1), at(2), at(3), at(4)]);
    const find = async (sinceMinute?: number, untilMinute?: number) =>
      idsOf(
        await archive().find('messages', {
          ...(sinceMinute !== undefined && { sinceMs: NOON_MS + sinceMinute * 60_000 }),
          ...(untilMinute !== undefined && { untilMs: NOON_MS + untilMinute * 60_000 }),
        }),
      );
    expect(await find(2, 4)).toEqual(['at-3', 'at-2']);
    expect(await find(3)).toEqual(['at-4', 'at-3']);
    expect(await find(undefined, 2)).toEqual(['at-1']);
    expect(await find(2, 2)).toEqual([]);
  });

  it('combines a field with a range', async () => {
    await archive().insert('messages', [at(1, { cardToken: 'c9' }), at(2), at(3, { cardToken: 'c9' })]);
    const found = await archive().find('messages', { cardToken: 'c9', sinceMs: NOON_MS + 2 * 60_000 });
    expect(idsOf(found)).toEqual(['at-3']);
  });

  it('returns the newest first, up to the limit', async () => {
    await archive().insert('messages', [at(2), at(5), at(1), at(4), at(3)]);
    expect(idsOf(await archive().find('messages', { limit: 3 }))).toEqual(['at-5', 'at-4', 'at-3']);
  });

  it('returns 100 where no limit is given', async () => {
    await archive().insert(
      'messages',
      Array.from({ length: 101 }, (_, minute) => at(minute)),
    );
    const found = await archive().find('messages', {});
    expect(found).toHaveLength(100);
    expect(found[0]?.id).toBe('at-100');
  });

  it('orders what happened at the same instant by id, last first, by code point', async () => {
    const ids = ['B', 'a', 'b', 'A', 'é', '10', '9'];
    await archive().insert(
      'messages',
      ids.map((id) => documentOf({ id })),
    );
    expect(idsOf(await archive().find('messages', {}))).toEqual(['é', 'b', 'a', 'B', 'A', '9', '10']);
  });
};

const describeRemoveBefore = (archive: () => Archive): void => {
  it('removes what is older, keeps the rest, and counts', async () => {
    const documents = [1, 2, 3].map((n) => documentOf({ id: `${n}`, occurredAtMs: NOON_MS + n }));
    await archive().insert('messages', documents);
    await archive().insert('decisions', documents);
    expect(await archive().removeBefore('messages', NOON_MS + 3)).toBe(2);
    expect(idsOf(await archive().find('messages', {}))).toEqual(['3']);
    expect(idsOf(await archive().find('decisions', {}))).toEqual(['3', '2', '1']);
    expect(await archive().removeBefore('messages', NOON_MS + 3)).toBe(0);
  });
};

const describeStatisticsAndHealth = (archive: () => Archive): void => {
  it('counts documents by collection', async () => {
    await archive().insert('decisions', [documentOf(), documentOf()]);
    await archive().insert('messages', [documentOf()]);
    const statistics = await archive().statistics();
    expect(ARCHIVE_COLLECTIONS.map((collection) => statistics[collection].documents)).toEqual([2, 1]);
  });

  it('is up, with a latency', async () => {
    const health = await archive().health();
    expect(health.state).toBe('up');
    expect(health.latencyMs).toBeGreaterThanOrEqual(0);
  });
};

/** What every archive must do; run against each adapter. */
export const archiveContract = (name: string, open: () => Promise<OpenArchive>): void => {
  describe(`${name} keeps the contract of Archive`, () => {
    let opened: OpenArchive;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const archive = (): Archive => opened.archive;

    describe('insert', () => describeInsert(archive));
    describe('upsert', () => describeUpsert(archive));
    describe('get', () => describeGet(archive));
    describe('find', () => describeFind(archive));
    describe('removeBefore', () => describeRemoveBefore(archive));
    describe('statistics and health', () => describeStatisticsAndHealth(archive));
  });
};
