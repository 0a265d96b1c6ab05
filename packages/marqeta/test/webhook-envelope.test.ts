import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementKey, readEnvelope, type WebhookElement } from '../src/webhook-envelope.ts';

function elementsOf(text: string): readonly WebhookElement[] {
  const result = readEnvelope(text);
  if (!result.ok) throw new Error(`expected an envelope, got ${result.fault.code}`);
  return result.elements;
}

const summaryOf = (text: string) => elementsOf(text).map(({ key, category, text: each }) => [key, category, each]);

describe('PROTOCOL 10.3: every list of the envelope', () => {
  test.each([
    ['transactions', 'transaction'],
    ['cards', 'card_transition'],
    ['cardtransitions', 'card_transition'],
    ['users', 'user_transition'],
    ['usertransitions', 'user_transition'],
    ['businesses', 'business_transition'],
    ['businesstransitions', 'business_transition'],
    ['pings', 'ping'],
    ['digitalwallettokentransitions', 'other'],
    ['chargebacktransitions', 'other'],
    ['threedstransitions', 'other'],
    ['commandomodetransitions', 'other'],
    ['creditaccounttransitions', 'other'],
    ['constructor', 'other'],
    ['__proto__', 'other'],
  ])('%s holds %s', (key, category) => {
    expect(summaryOf(`{"${key}":[{"token":"a"},{"token":"b"}]}`)).toEqual([
      [key, category, '{"token":"a"}'],
      [key, category, '{"token":"b"}'],
    ]);
  });

  test('members that are no lists are ignored, lists beside each other are not', () => {
    const text = '{"type":"transaction","transactions":[{"token":"a"}],"new":[1,"x",null],"n":{"transactions":[2]}}';
    expect(summaryOf(text)).toEqual([
      ['transactions', 'transaction', '{"token":"a"}'],
      ['new', 'other', '1'],
      ['new', 'other', '"x"'],
      ['new', 'other', 'null'],
    ]);
  });

  test('a key that comes twice loses nothing', () => {
    expect(summaryOf('{"transactions":[1],"transactions":[2]}').map(([, , text]) => text)).toEqual(['1', '2']);
  });

  test('a key that is spelt with escapes is the same key', () => {
    expect(summaryOf('{"\\u0074ransactions":[1]}')).toEqual([['transactions', 'transaction', '1']]);
  });

  test('texts are as they were sent: spaces, escapes, digits', () => {
    const [a, b, c] = [
      '{ "amount" : 0.10000000000000000001 , "n":12345678901234567890.50 }',
      '{"name":"Caf\\u00e9 \\"]}\\\\"}',
      '-1e+2',
    ];
    const text = `\r\n{ "transactions" :\t[ ${a},\n ${b} , ${c}  ] }\n`;
    expect(elementsOf(text).map((element) => element.text)).toEqual([a, b, c]);
    expect(elementsOf(text).map((element) => element.value)).toEqual([a, b, c].map((each) => JSON.parse(each)));
  });

  test('no lists and nothing else, and lists of nothing, hold no element', () => {
    for (const text of ['{}', '{"transactions":[]}', ' { "pings" : [ ] } ']) expect(elementsOf(text)).toEqual([]);
  });
});

describe('objects without an envelope', () => {
  test('a resent event is one element, lists of its own or not', () => {
    const texts = [
      '{"token":"status-1","attributes":[],"events":[{"state":"ACTIVE"}],"state":"INACTIVE"}',
      '{"token":"entry-1","type":"authorization","detail_object":{"token":"t","state":"PENDING"}}',
      '{"event":"something"}',
    ];
    for (const text of texts) expect(summaryOf(` ${text}\n`)).toEqual([['event', 'other', text]]);
  });

  test('a transaction is one wherever it stands', () => {
    const text = '{"token":"t","type":"authorization.clearing","state":"COMPLETION","fees":[]}';
    expect(summaryOf(text)).toEqual([['transactions', 'transaction', text]]);
    expect(summaryOf(text.replace('authorization.clearing', 'initialization'))[0]?.[1]).toBe('other');
  });

  test('a known list makes an envelope of what has a token too', () => {
    expect(summaryOf('{"token":"t","transactions":[1]}')).toEqual([['transactions', 'transaction', '1']]);
  });
});

test.each([
  ['not_json', ''],
  ['not_json', '{"transactions":[}'],
  ['not_an_object', '[{"transactions":[]}]'],
  ['not_an_object', 'null'],
  ['not_an_object', '"x"'],
])('%s: %s', (code, text) => {
  expect(readEnvelope(text)).toMatchObject({ ok: false, fault: { code } });
});

test('every envelope comes apart into what it was made of', () => {
  const space = fc.stringMatching(/^[ \n\r\t]{0,2}$/);
  const element = fc
    .tuple(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 1, '\t'))
    .map(([value, indent]) => JSON.stringify(value, null, indent));
  const list = fc.tuple(fc.string({ unit: 'binary' }), fc.array(element, { maxLength: 4 }));
  let count = 0;
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), space, (lists, gap) => {
      const members = lists.map(([key, texts]) => {
        const elements = texts.map((text) => `${gap}${text}${gap}`).join(',');
        return `${gap}${JSON.stringify(key)}${gap}:${gap}[${elements === '' ? gap : elements}]${gap}`;
      });
      const expected = lists.flatMap(([key, texts]) => texts.map((text) => [key, text]));
      const found = elementsOf(`${gap}{${members.join(',')}}${gap}`);
      expect(found.map(({ key, text }) => [key, text])).toEqual(expected);
      count += found.length;
    }),
    { numRuns: 500 },
  );
  expect(count).toBeGreaterThan(500);
});

const keyUnder = (key: string, element: unknown) => {
  const [first] = elementsOf(JSON.stringify({ [key]: [element] }));
  if (first === undefined) throw new Error('no element');
  return elementKey(first);
};

describe('PROTOCOL 6: what makes two elements the same', () => {
  const record = { token: 't-1', state: 'PENDING', type: 'authorization', amount: 1 };

  test('kind, token, state and type, and nothing else', () => {
    const key = keyUnder('transactions', record);
    expect(keyUnder('transactions', { ...record, amount: 2 })).toBe(key);
    for (const change of [{ token: 't-2' }, { state: 'COMPLETION' }, { type: 'pindebit' }])
      expect(keyUnder('transactions', { ...record, ...change })).not.toBe(key);
    expect(keyUnder('cards', record)).not.toBe(key);
    expect(keyUnder('usertransitions', { token: 'a', status: 'ACTIVE' })).not.toBe(
      keyUnder('usertransitions', { token: 'a', status: 'CLOSED' }),
    );
  });

  test('keys that stand for one thing count as one, unknown keys each for itself', () => {
    expect(keyUnder('cards', record)).toBe(keyUnder('cardtransitions', record));
    expect(keyUnder('users', record)).toBe(keyUnder('usertransitions', record));
    expect(keyUnder('new', record)).not.toBe(keyUnder('newer', record));
  });

  test('no separator inside a value makes two elements one', () => {
    expect(keyUnder('new', { token: 'a","b', state: 'c' })).not.toBe(keyUnder('new', { token: 'a', state: 'b","c' }));
  });

  test('without a token the text decides; a key is never long', () => {
    expect(keyUnder('transactions', { type: 'x', n: 1 })).toBe(keyUnder('transactions', { type: 'x', n: 1 }));
    expect(keyUnder('transactions', { type: 'x', n: 1 })).not.toBe(keyUnder('transactions', { type: 'x', n: 2 }));
    expect(keyUnder('new', 7)).not.toBe(keyUnder('new', 8));
    expect(keyUnder('x'.repeat(1000), record).length).toBeLessThanOrEqual(300);
    expect(keyUnder('x'.repeat(1000), record)).not.toBe(keyUnder('y'.repeat(1000), record));
  });
});
