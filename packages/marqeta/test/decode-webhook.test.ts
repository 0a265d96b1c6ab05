// What of a webhook must be understood to take it in: that it is an object, and whether somebody asks if we live.
import { describe, expect, it } from 'vitest';
import { decodeWebhook } from '../src/index.ts';

const decode = (text: string) => decodeWebhook(Buffer.from(text));

describe('a webhook', () => {
  it.each([
    ['a batch', '{"transactions":[{"token":"a"},{"token":"b"}]}'],
    ['an envelope that nobody has described', '{"creditaccounttransitions":[{"token":"a"}]}'],
    ['an empty object', '{}'],
    ['an object without arrays', '{"event_type":"transaction","n":1e400}'],
    ['keys that mean something in JavaScript', '{"__proto__":{"pings":[]},"constructor":[]}'],
    ['pings that are no array', '{"pings":{"token":"a"}}'],
  ])('%s is news, and no ping', (_, text) => {
    expect(decode(text)).toEqual({ ok: true, webhook: { text, isPing: false, isNews: true } });
  });

  it('a ping on its own is no news', () => {
    const text = '{"pings":[{"token":"marqeta","payload":"healthcheck"}]}';
    expect(decode(text)).toEqual({ ok: true, webhook: { text, isPing: true, isNews: false } });
  });

  it('a ping beside something else is both', () => {
    const text = '{"pings":[{"token":"marqeta"}],"transactions":[{"token":"a"}]}';
    expect(decode(text)).toEqual({ ok: true, webhook: { text, isPing: true, isNews: true } });
  });

  it('the text stays as it came: spaces, escapes, order, digits', () => {
    const text = '\r\n{ "b" : 10.50,\t"a":"Caf\\u00e9 Größe \\u0000 \\ud83d", "b":0.10000000000000000001 }\n ';
    expect(decode(text)).toMatchObject({ ok: true, webhook: { text } });
  });

  it.each<readonly [string, string | Uint8Array, RegExp]>([
    ['nothing', '', /not JSON/],
    ['a word', 'hello', /not JSON/],
    ['JSON that is cut off', '{"transactions":[{"token":"a"}', /not JSON/],
    ['JSON and more', '{}{}', /not JSON/],
    ['bytes that are no text', Uint8Array.of(0x7b, 0xff, 0x7d), /not JSON/],
    ['UTF-16', Buffer.from('{}', 'utf16le'), /not JSON/],
    ['a byte order mark before it', '\uFEFF{}', /not JSON/],
    ['a NUL behind it', '{}\u0000', /not JSON/],
    ['100,000 open brackets', '['.repeat(100_000), /not JSON/],
    ['null', 'null', /not a JSON object/],
    ['a number', '12.34', /not a JSON object/],
    ['a text', '"transactions"', /not a JSON object/],
    ['a list', '[{"transactions":[]}]', /not a JSON object/],
  ])('%s cannot be read', (_, body, fault) => {
    expect(decodeWebhook(Buffer.from(body))).toEqual({ ok: false, fault: expect.stringMatching(fault) });
  });
});
