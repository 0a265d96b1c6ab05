import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { linkProblems } from '../house-rules/doc-links.ts';
import { readSourceFiles, type SourceFile } from '../house-rules/source-file.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOP = ['README.md', 'CONTRIBUTING.md'];

const pages: SourceFile[] = [
  ...TOP.map((path) => ({ path, text: readFileSync(`${ROOT}/${path}`, 'utf8') })),
  ...readSourceFiles(ROOT, 'docs', ['.md']),
];
const texts = new Map(pages.map(({ path, text }) => [path, text]));

describe('links of the documentation', () => {
  it.each(pages)('$path', (page) => {
    expect(linkProblems(page, texts, (path) => existsSync(`${ROOT}/${path}`))).toEqual([]);
  });

  it('are refused where they lead nowhere', () => {
    const known = new Map([['docs/a.md', '# One\n\n## Two words, `code`\n\n```\n# no heading\n```\n']]);
    const exists = (path: string) => known.has(path) || path === 'src/b.ts';
    const problems = (text: string) => linkProblems({ path: 'docs/c.md', text }, known, exists);
    expect(problems('[x](a.md) [x](a.md#two-words-code) [x](../src/b.ts) [x](https://example.com)')).toEqual([]);
    expect(problems('[x](b.md)')).toEqual(['links to b.md, which is not there']);
    expect(problems('[x](a.md#no-heading)')).toEqual(['links to a.md#no-heading, and there is no such heading']);
  });
});
