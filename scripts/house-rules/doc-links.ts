import { posix } from 'node:path';
import type { SourceFile } from './source-file.ts';

const LINK = /\]\(([^)\s]+)\)/g;
const HEADING = /^#+ (.*)$/gm;
const CODE_BLOCK = /^```[\s\S]*?^```$/gm;

/** Links of a page to files that are not there, and to headings that their page does not have. */
export function linkProblems(
  { path, text }: SourceFile,
  pages: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): string[] {
  return [...text.replace(CODE_BLOCK, '').matchAll(LINK)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
    if (!exists(target)) return [`links to ${link}, which is not there`];
    const page = pages.get(target);
    if (anchor === undefined || page === undefined || anchorsOf(page).has(anchor)) return [];
    return [`links to ${link}, and there is no such heading`];
  });
}

/** As those who show Markdown make them of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...page.replace(CODE_BLOCK, '').matchAll(HEADING)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
