/** The first line of a file whose statements cannot run in a transaction, as `create index concurrently`. */
const OUTSIDE = /^-- outside a transaction\b/;

export function isOutsideTransaction(text: string): boolean {
  return OUTSIDE.test(text);
}

/** Line comments, texts, quoted names and bodies, in which a semicolon ends nothing. */
const OPAQUE = /--[^\n]*|'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$|\/\*[\s\S]*?\*\//g;

/** Of a private use: no file has it. */
const MARK = '\uE000';
const MARKED = new RegExp(`${MARK}(\\d+)${MARK}`, 'g');

/** The statements of a file, without comments. */
export function statementsOf(text: string): readonly string[] {
  const kept: string[] = [];
  const marked = text.replace(OPAQUE, (piece) => {
    if (piece.startsWith('--') || piece.startsWith('/*')) return ' ';
    return `${MARK}${kept.push(piece) - 1}${MARK}`;
  });
  return marked
    .split(';')
    .map((statement) => statement.replace(MARKED, (_, index: string) => kept[Number(index)] ?? '').trim())
    .filter((statement) => statement !== '');
}
