import { describe, expect, test } from 'vitest';
import { createStatementReader, type SentStatement } from '../release/sent-statements.ts';

const message = (kind: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(kind), length, content]);
};
const STARTUP = message('', Buffer.from('\0\x03\0\0user\0ada\0application_name\0freeway-facts\0\0', 'latin1'));
const parse = (name: string, text: string, types: readonly number[]): Buffer => {
  const oids = Buffer.alloc(2 + types.length * 4);
  oids.writeInt16BE(types.length);
  types.forEach((type, index) => oids.writeUInt32BE(type, 2 + index * 4));
  return message('P', Buffer.concat([Buffer.from(`${name}\0${text}\0`), oids]));
};

describe('the reader of statements', () => {
  const WAY = Buffer.concat([
    STARTUP,
    message('p', Buffer.from('SCRAM\0')),
    parse('', 'select 1', []),
    message('Q', Buffer.from('begin\0')),
    parse('s1', 'select $1::text', [25, 0]),
  ]);
  const EXPECTED: readonly SentStatement[] = [
    { application: 'freeway-facts', text: 'select 1', types: [] },
    { application: 'freeway-facts', text: 'select $1::text', types: [25, 0] },
  ];

  test.each([1, 2, 3, 7, 1000])('finds what is parsed, in pieces of %d bytes', (size) => {
    const found: SentStatement[] = [];
    const read = createStatementReader((statement) => found.push(statement));
    for (let at = 0; at < WAY.length; at += size) read(WAY.subarray(at, at + size));
    expect(found).toEqual(EXPECTED);
  });
});
