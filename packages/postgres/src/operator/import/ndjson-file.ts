import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ImportSource } from './import-records.ts';

/** A file of one JSON object per line, read as a stream each time. Blank lines are skipped. */
export function ndjsonFile(path: string): ImportSource {
  return async function* lines() {
    let line = 0;
    for await (const content of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      line++;
      if (content.trim() !== '') yield { line, content: line === 1 ? content.replace(/^\uFEFF/, '') : content };
    }
  };
}
