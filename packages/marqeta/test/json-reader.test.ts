import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJsonReader, ExactNumber, type WantedMembers } from '../src/json-reader.ts';

const WANTED: WantedMembers = {
  a: 'value',
  é: 'value',
  amount: 'exact',
  o: { a: 'value', amount: 'exact', o: { '': 'value' } },
};
const read = createJsonReader(WANTED);

/** What JSON.parse makes of the text, less what is not wanted; undefined if it refuses. Exact numbers are numbers again. */
function expected(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) ? pick(value, WANTED) : {};
}

function pick(value: Record<string, unknown>, wanted: WantedMembers): unknown {
  const members = Object.entries(wanted).filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(
    members.map(([name, want]) => {
      const member = value[name];
      return [name, typeof want !== 'string' && isObject(member) ? pick(member, want) : member];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function actual(text: string): unknown {
  try {
    return asNumbers(read(Buffer.from(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function asNumbers(value: unknown): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asNumbers(member)]));
}

/** JSON with the wanted names in it, and with white space and escapes that JSON.stringify never writes. */
const name = fc.constantFrom(
  '"a"',
  '"o"',
  '"amount"',
  '"é"',
  '""',
  '"b"',
  '"\\u0061"',
  '"\\u00e9"',
  '"\\u006f"',
  '"__proto__"',
);
const scalar = fc.oneof(
  name,
  fc.constantFrom('0', '-0', '1.50', '12345678901234567890', '1E+2', '-0.1e-7', 'true', 'false', 'null'),
  fc.json({ maxDepth: 0 }),
  fc.constantFrom('"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\ud83d\\ude00"', '"\\ud800"', '"😀"', '"\\u0000"', '"é\u2028"'),
);
const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r ');
const { value: anyJson } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    scalar,
    fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
      .map(([all, gap]) => `[${gap}${all.join(`${gap},${gap}`)}${gap}]`),
    fc
      .tuple(fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }), space)
      .map(
        ([all, gap]) =>
          `{${gap}${all.map(([key, value]) => `${key}${gap}:${gap}${value}`).join(`${gap},${gap}`)}${gap}}`,
      ),
  ),
}));
const object = fc
  .tuple(fc.array(fc.tuple(name, anyJson), { maxLength: 6 }), space)
  .map(([all, gap]) => `${gap}{${all.map(([key, value]) => `${key}:${gap}${value}`).join(`,${gap}`)}}${gap}`);

describe('sees what JSON.parse sees', () => {
  test('of any JSON', () => {
    let members = 0;
    fc.assert(
      fc.property(fc.oneof(anyJson, object), (text) => {
        const value = expected(text);
        expect(value).toBeDefined();
        members += Object.keys(value as object).length;
        expect(actual(text)).toEqual(value);
      }),
      { numRuns: 3000 },
    );
    expect(members).toBeGreaterThan(1000);
  });

  test('of JSON with a fault, if it is one', () => {
    const part = fc.constantFrom(...'{}[],:"\\\'0123456789.-+eEtruefalsn/u \t\u0000\u0001\u001f\u007f\u00a0é\ufeff');
    let refused = 0;
    fc.assert(
      fc.property(
        fc.oneof(anyJson, object),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), fc.array(part, { maxLength: 2 })), {
          minLength: 1,
          maxLength: 2,
        }),
        (text, changes) => {
          let changed = text;
          for (const [share, length, parts] of changes) {
            const at = Math.floor(share * changed.length);
            changed = changed.slice(0, at) + parts.join('') + changed.slice(at + length);
          }
          // One at the beginning is no part of the text, but of how it was encoded; half a pair is no UTF-8.
          fc.pre(!changed.startsWith('\ufeff') && changed.isWellFormed());
          const value = expected(changed);
          if (value === undefined) refused += 1;
          expect(actual(changed)).toEqual(value);
        },
      ),
      { numRuns: 5000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  test('of every prefix of a whole text, which is none', () => {
    const text =
      '{"a":"\\u00e9\\n","o":{"a":[1,-2.5e-3,{"b":[]}],"amount":1.50},"b":[true,false,null,{},[]],"amount":"x"}';
    expect(actual(text)).toEqual(expected(text));
    for (let length = 0; length < text.length; length += 1) expect(actual(text.slice(0, length))).toBeUndefined();
    expect(actual(`${text},`)).toBeUndefined();
  });
});

/** All texts of these characters, up to this length. */
function textsOf(characters: string, length: number): string[] {
  if (length === 0) return [''];
  const shorter = textsOf(characters, length - 1);
  return [...shorter, ...shorter.flatMap((text) => [...characters].map((each) => text + each))];
}

describe('refuses and accepts what JSON.parse does', () => {
  const codes = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code));

  test.each([
    ['numbers', textsOf('01-+.e', 5)],
    ['literals', ['true', 'false', 'null', 'True', 'tru', 'truee', 'nul', 'nulll', 'NaN', 'undefined', 'Infinity']],
    ['escapes', textsOf('\\"u0gF', 4).map((text) => `"\\${text}"`)],
    ['hexadecimal digits', textsOf('0Fg"', 5).map((text) => `"\\u${text}"`)],
    ['characters', codes.map((code) => `"${code}"`)],
    ['escaped characters', codes.flatMap((code) => [`"\\${code}"`, `"\\${code}0000"`])],
    ['white space', codes.map((code) => `1${code}`)],
    ['marks', textsOf('[]{},:', 4)],
    ['members', textsOf('{}":,1', 4).map((text) => `{"b"${text}}`)],
  ])('%s', (_, texts) => {
    const different = texts
      .flatMap((text) => [text, `{"b":${text}}`, `[${text}]`])
      .filter((text) => (actual(text) === undefined) !== (expected(text) === undefined));
    expect(different).toEqual([]);
  });
});

test.each([['1.50'], ['-0.0'], ['12345678901234567890'], ['0.10000000000000000001'], ['1E+2'], ['1e999']])(
  'exact numbers keep their text: %s',
  (text) => {
    const message = read(Buffer.from(`{"amount":${text} ,"o":{"amount":\t${text}}}`));
    expect(message['amount']).toEqual(new ExactNumber(text));
    expect(message['o']).toEqual({ amount: new ExactNumber(text) });
  },
);

test('what looks like an exact number is none', () => {
  expect(read(Buffer.from('{"amount":{"text":"1"}}'))['amount']).not.toBeInstanceOf(ExactNumber);
});

test('bytes may be a part of a larger buffer, with a byte order mark or none', () => {
  const all = Buffer.from('xx\ufeff {"a":"é"} yy');
  const part = new Uint8Array(all.buffer, all.byteOffset + 2, all.length - 5);
  expect(read(part)).toEqual({ a: 'é' });
  expect(read(part.subarray(4))).toEqual({ a: 'é' });
});

test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xf8]], [[0xe2, 0x82]]])(
  'bytes that are no UTF-8 are refused wherever they are: %j',
  (bytes) => {
    const body = Buffer.concat([Buffer.from('{"b":"'), Buffer.from(bytes), Buffer.from('"}')]);
    expect(() => read(body)).toThrow(SyntaxError);
  },
);

test('depth is no limit where nothing is made of it', () => {
  const depth = 200_000;
  expect(actual(`{"b":${'[{"o":'.repeat(depth)}1${'}]'.repeat(depth)},"a":2}`)).toEqual({ a: 2 });
  expect(actual(`{"b":${'['.repeat(depth)}`)).toBeUndefined();
});
