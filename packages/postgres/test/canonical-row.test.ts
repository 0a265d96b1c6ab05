import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bodyOf, readBody } from '../src/seal/block.ts';
import { compactJson, digestOf } from '../src/seal/canonical-row.ts';
import { createIdSet } from '../src/seal/id-set.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the canonical form of a row', () => {
  it('is lengths in bytes and bytes', () => {
    expect(digestOf('decision', ['7', null, '', 'é,1:'])).toBe(sha256('8:decision,1:7,-,0:,5:é,1:,'));
  });

  it('never makes two rows look alike', () => {
    const field = fc.option(fc.oneof(fc.string(), fc.constantFrom('-', '-,', '1:a,', ',', '')));
    fc.assert(
      fc.property(fc.array(field), fc.array(field), (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(digestOf('decision', one) === digestOf('decision', other)).toBe(same);
      }),
    );
  });

  it('takes white space out of JSON, and leaves strings as they are', () => {
    expect(compactJson('{"a": "x  y\\" : z", "b": [1.0, null]}')).toBe('{"a":"x  y\\" : z","b":[1.0,null]}');
  });
});

describe('the text of a block', () => {
  const block = {
    block: 2,
    previous: 'a'.repeat(64),
    outbox: { xid: '10', seq: '4' },
    history: 'complete',
    sealedAt: '2026-01-01T00:00:00.000Z',
    lines: [
      { kind: 'decision', accountId: '1', id: '2', digest: 'b'.repeat(64), outcome: 'approved::hold:1%2C2' },
      { kind: 'audit', accountId: '0', id: '3', digest: 'missing', outcome: '' },
    ],
  } as const;

  it('is lines that any tool can hash, and is read as it was written', () => {
    const body = bodyOf(block);
    expect(body.split('\n').slice(0, 3)).toEqual(['freeway-seal 1', 'block 2', `previous ${'a'.repeat(64)}`]);
    expect(readBody(body)).toEqual(block);
  });

  it('is none of ours with a line more, less or otherwise', () => {
    const body = bodyOf(block);
    for (const other of [
      `${body}\n`,
      body.trimEnd(),
      body.replace('audit 0', 'audit x'),
      body.replace('rows 2', 'rows 3'),
      '',
    ])
      expect(readBody(other)).toBeUndefined();
  });
});

describe('a set of ids', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -100_000, max: 200_000 }))), (steps) => {
        const set = createIdSet();
        const model = new Set<string>();
        for (const [adds, number] of steps) {
          const id = String(number);
          if (adds) {
            expect(set.add(id)).toBe(!model.has(id));
            model.add(id);
          } else {
            set.delete(id);
            model.delete(id);
          }
          expect(set.has(id)).toBe(model.has(id));
        }
        expect(set.size).toBe(model.size);
        expect(new Set([...set.batches(7)].flat())).toEqual(model);
      }),
    );
  });
});
