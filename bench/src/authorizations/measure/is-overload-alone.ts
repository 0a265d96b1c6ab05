import type { LoadResult } from '../load/load-result.ts';

const OF_OVERLOAD = [/^no answer: /, /^answered after /, /^status 503$/];

/** Whether all that was wrong is what becomes of more than a server can take: no answer, a late one, or a refusal. */
export function isOverloadAlone({
  wrong,
  answered,
  approved,
}: Pick<LoadResult, 'wrong' | 'answered' | 'approved'>): boolean {
  return (
    answered > 0 && approved > 0 && Object.keys(wrong).every((fault) => OF_OVERLOAD.some((kind) => kind.test(fault)))
  );
}
