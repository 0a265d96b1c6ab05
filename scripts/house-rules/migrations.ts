import type { SourceFile } from './source-file.ts';

/**
 * The schema of the first release: its files are not judged, and never change. Whatever comes later runs on a database in
 * use, beside processes of the release before (docs/upgrade.md).
 */
export const FIRST_RELEASE: ReadonlySet<string> = new Set([
  '0001_facts.sql',
  '0002_ledger.sql',
  '0003_outbox.sql',
  '0004_authorize.sql',
  '0005_audit.sql',
  '0006_void.sql',
  '0010_webhooks.sql',
  '0011_records.sql',
  '0012_commit.sql',
  '0013_drift.sql',
  '0014_sweeper.sql',
  '0015_transitions.sql',
  '0016_exact.sql',
  '0017_sums.sql',
  '0100_archive.sql',
]);

const OUTSIDE = /^-- outside a transaction\b/;
/** What it says after its name is for the reader: since when nothing uses what goes. */
const CONTRACT = /^-- contract: \S+ since \d{4}_[a-z0-9-]+\.sql/m;

/** Of which nothing is looked at inside: comments, texts, bodies of functions. */
const OPAQUE = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g;

interface Rule {
  readonly finds: RegExp;
  readonly problem: string;
}

/** A table's name after the words that may come before it. */
const ON = /(?:only\s+)?(?:if\s+exists\s+)?([\w."]+)/.source;

/** What a statement does to a table that others are using; the first group is the table. */
const ON_TABLES: readonly Rule[] = [
  {
    finds: new RegExp(String.raw`^create\s+(?:unique\s+)?index\s+(?!concurrently\b)[\s\S]*?\bon\s+${ON}`),
    problem: 'is indexed while nobody can write: create index concurrently, outside a transaction',
  },
  {
    finds: new RegExp(
      String.raw`^alter\s+table\s+${ON}[\s\S]*\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?[\w"]+\s+(?:(?:small|big)?serial\b|[\s\S]*?\b(?:generated\s+(?:always|by\s+default)\s+as\b|default\s+[^,]*\b(?:nextval|random|gen_random_uuid|clock_timestamp|timeofday|statement_timestamp|uuid_generate_v4)\s*\())`,
    ),
    problem: 'is rewritten by a column whose value differs from row to row: add it empty and fill it by the code',
  },
  {
    finds: new RegExp(
      String.raw`^alter\s+table\s+${ON}[\s\S]*\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?!constraint\b|check\b|primary\b|unique\b|foreign\b)[\w"]+\s+(?:(?!\bdefault\b)[^,])*\bnot\s+null\b(?:(?!\bdefault\b)[^,])*(?:,|$)`,
    ),
    problem:
      'gets a column that is not null and has no default: rows in it, and the release before, have no value for it',
  },
  {
    finds: new RegExp(
      String.raw`^alter\s+table\s+${ON}[\s\S]*\balter\s+(?:column\s+)?[\w"]+\s+(?:set\s+data\s+)?type\b`,
    ),
    problem: 'is rewritten by the new type of a column: add another column',
  },
  {
    finds: new RegExp(String.raw`^alter\s+table\s+${ON}[\s\S]*\bset\s+not\s+null\b`),
    problem: 'is read as a whole for set not null: add a check that is not valid, and validate it in a later file',
  },
  {
    finds: new RegExp(
      String.raw`^alter\s+table\s+${ON}[\s\S]*\badd\s+(?:constraint\s+[\w"]+\s+)?(?:check|foreign\s+key|primary\s+key|unique)\b(?![\s\S]*\b(?:not\s+valid|using\s+index)\b)`,
    ),
    problem:
      'is read as a whole for a constraint: add it not valid (or using an index), and validate it in a later file',
  },
  {
    finds: new RegExp(
      String.raw`^alter\s+table\s+${ON}[\s\S]*\bset\s+(?:logged|unlogged|tablespace|access\s+method)\b`,
    ),
    problem: 'is rewritten',
  },
  {
    finds: new RegExp(String.raw`^lock\s+(?:table\s+)?${ON}`),
    problem: 'is locked for as long as the migration takes',
  },
  {
    finds: new RegExp(
      String.raw`^(?:vacuum\s*(?:\([^)]*full[^)]*\)|full)|cluster|reindex\s+table(?!\s+concurrently))\s+${ON}`,
    ),
    problem: 'is rewritten',
  },
  {
    finds: new RegExp(String.raw`^(?:with\b[\s\S]*\)\s*)?update\s+${ON}`),
    problem: 'is changed row by row in one transaction: let the code do it, in pieces',
  },
  {
    finds: new RegExp(String.raw`^(?:with\b[\s\S]*\)\s*)?delete\s+from\s+${ON}`),
    problem: 'is emptied row by row in one transaction: let the code do it, in pieces',
  },
  { finds: new RegExp(String.raw`^truncate\s+(?:table\s+)?${ON}`), problem: 'is emptied' },
];

/** What the release before may still use: it may go once that release is no longer run. */
const TAKES_AWAY: readonly Rule[] = [
  { finds: /^(drop\s+(?!trigger\b)\w+)/, problem: 'takes away what the release before may use' },
  {
    finds: /^alter\s+[\s\S]*\b(drop\s+(?:column|constraint)|rename)\b/,
    problem: 'takes away what the release before may use',
  },
  {
    finds: /^alter\s+table\s+[\s\S]*?(?:\s|,)\s*(drop)\s+(?!default\b|not\b|expression\b|identity\b)/,
    problem: 'takes away what the release before may use',
  },
];

/** What an operator on a database in use could not stand, in a migration after the first release. */
export function migrationProblems({ path, text }: SourceFile): string[] {
  const name = path.split('/').at(-1) ?? '';
  if (!/^\d{4}_[a-z0-9_-]+\.sql$/.test(name)) return ['is never applied: the name of a migration is NNNN_name.sql'];
  if (FIRST_RELEASE.has(name)) return [];
  const statements = statementsOf(text);
  if (OUTSIDE.test(text)) return statements.filter((each) => !isConcurrent(each)).map(outsideProblem);
  const made = new Set(
    statements.map((each) => /^create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w."]+)/.exec(each)?.[1]),
  );
  const problems = statements.flatMap((statement) => {
    if (/^(?:create|drop|reindex)\s[\s\S]*\bconcurrently\b/.test(statement))
      return ['runs concurrently, which cannot be in a transaction: begin the file with `-- outside a transaction`'];
    return [
      ...found(ON_TABLES, statement)
        .filter(([table]) => !made.has(table))
        .map(([table, problem]) => `${table} ${problem}`),
      ...(CONTRACT.test(text)
        ? []
        : found(TAKES_AWAY, statement)
            .slice(0, 1)
            .map(([what, problem]) => `${what} ${problem}: ${CONTRACT_HINT}`)),
    ];
  });
  return [...new Set(problems)];
}

const CONTRACT_HINT = 'say `-- contract: <what> since NNNN_name.sql`, once a release has done without it';

function found(rules: readonly Rule[], statement: string): [string, string][] {
  return rules.flatMap(({ finds, problem }): [string, string][] => {
    const match = finds.exec(statement);
    return match === null ? [] : [[(match[1] ?? '').replaceAll(/\s+/g, ' '), problem]];
  });
}

/** One that failed halfway is made again from the beginning. */
function isConcurrent(statement: string): boolean {
  return /^(?:drop\s+index\s+concurrently\s+if\s+exists|create\s+(?:unique\s+)?index\s+concurrently)\b/.test(statement);
}

function outsideProblem(statement: string): string {
  return `${statement.split(/\s+/).slice(0, 3).join(' ')} is not for a file outside a transaction: only drop index concurrently if exists, create index concurrently`;
}

function statementsOf(text: string): readonly string[] {
  return text
    .replace(OPAQUE, (piece) => (piece.startsWith('--') || piece.startsWith('/*') ? ' ' : "''"))
    .toLowerCase()
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
