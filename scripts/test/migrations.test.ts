// Migrations after the first release run on a database in use, beside processes of the release before.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FIRST_RELEASE, migrationProblems } from '../house-rules/migrations.ts';
import { readSourceFiles } from '../house-rules/source-file.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = readSourceFiles(ROOT, 'packages/postgres/migrations', ['']);
const problemsOf = (text: string, name = '0900_next.sql') =>
  migrationProblems({ path: `packages/postgres/migrations/${name}`, text });

test('no migration locks or rewrites what is in use, or takes away what the release before uses', () => {
  expect(FILES.flatMap((file) => migrationProblems(file).map((problem) => `${file.path}: ${problem}`))).toEqual([]);
});

test('those of a release never change', () => {
  const recorded = readFileSync(new URL('released-migrations.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const found = FILES.map(({ path, text }) => ({ name: path.split('/').at(-1) ?? '', text }))
    .filter(({ name }) => recorded.some((line) => line.endsWith(` ${name}`)))
    .map(({ name, text }) => `${createHash('sha256').update(text).digest('hex').slice(0, 16)} ${name}`);
  expect(found).toEqual(recorded);
  expect(recorded.map((line) => line.split(' ')[1])).toEqual(expect.arrayContaining([...FIRST_RELEASE]));
});

describe('is found', () => {
  test.each([
    ['create index decisions_card on decisions (card_token);', 'decisions is indexed'],
    ['create unique index x on only holds using btree (a);', 'holds is indexed'],
    [
      'alter table decisions add column seen_at timestamptz default clock_timestamp();',
      'decisions is rewritten by a column',
    ],
    ['alter table cards add a int, add column b uuid default gen_random_uuid();', 'cards is rewritten by a column'],
    ['alter table holds add column n bigint generated always as identity;', 'holds is rewritten by a column'],
    ['alter table holds add column total bigint generated always as (amount_minor * 2) stored;', 'holds is rewritten'],
    ['alter table holds add column n bigserial;', 'holds is rewritten by a column'],
    ['alter table cards add column note text not null;', 'cards gets a column that is not null'],
    ['alter table cards add a int, add column note text not null, add b int;', 'cards gets a column that is not null'],
    ['alter table counters alter column count type bigint;', 'counters is rewritten by the new type'],
    ['alter table counters alter count set data type bigint;', 'counters is rewritten by the new type'],
    ['alter table cards alter column owner_kind set not null;', 'cards is read as a whole for set not null'],
    ['alter table cards add constraint c check (token <> $$$$);', 'cards is read as a whole for a constraint'],
    [
      'alter table entries add foreign key (account_id) references accounts (account_id);',
      'entries is read as a whole',
    ],
    ['alter table decisions add primary key (decision_id);', 'decisions is read as a whole'],
    ['alter table outbox set unlogged;', 'outbox is rewritten'],
    ['lock table accounts in exclusive mode;', 'accounts is locked'],
    ['vacuum full decisions;', 'decisions is rewritten'],
    ['cluster decisions using decisions_pkey;', 'decisions is rewritten'],
    ["update decisions set confirmed = true where method = 'imported';", 'decisions is changed row by row'],
    ['with x as (select 1) update cards set block = null;', 'cards is changed row by row'],
    ['delete from outbox;', 'outbox is emptied row by row'],
    ['truncate lookups;', 'lookups is emptied'],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
    expect(problemsOf(`-- why\n/* and; how */ ${text.toUpperCase()}`)).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['drop function authorize_batch;', 'drop function takes away'],
    ['drop table lookups;', 'drop table takes away'],
    ['alter table cards drop column block;', 'drop column takes away'],
    ['alter table cards drop block;', 'drop takes away'],
    ['alter table cards drop constraint cards_check;', 'drop constraint takes away'],
    ['alter table cards rename column block to blocked;', 'rename takes away'],
    ['alter function authorize_batch rename to authorize_old;', 'rename takes away'],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
    expect(problemsOf(`-- contract: unused since 0018_next.sql\n${text}`)).toEqual([]);
  });

  test.each([
    ['create index concurrently x on decisions (card_token);', 'cannot be in a transaction'],
    ['-- outside a transaction\nalter table cards add column a text;', 'alter table cards is not for a file outside'],
    ['-- outside a transaction\ndrop index concurrently x;', 'drop index concurrently is not for a file outside'],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  test.each(['18_short.sql', '0018_Next.sql', '0018.sql', 'notes.txt'])('a file that is never applied: %s', (name) => {
    expect(problemsOf('select 1', name)).toEqual([expect.stringContaining('is never applied')]);
  });
});

describe('may be', () => {
  test.each([
    'create table notes (id bigint primary key, at timestamptz not null default now()); create index notes_at on notes (at);',
    'create table if not exists notes (id bigint); alter table notes add column a uuid default gen_random_uuid(); update notes set a = null;',
    "alter table cards add column note text, add column times integer not null default 0, add column kind text not null default 'x, not null';",
    'alter table cards add column seen_at timestamptz default now();',
    'alter table cards add constraint c check (times >= 0) not valid;',
    'alter table cards validate constraint c;',
    'alter table decisions add constraint u unique using index decisions_u;',
    'alter table cards alter column times set default 1, alter column block drop not null;',
    'alter table cards set (fillfactor = 80);',
    'create or replace function f() returns void language plpgsql as $$ begin delete from outbox; drop table x; end $$;',
    'create trigger t before update on entries for each row execute function refuse_change();',
    "comment on table cards is 'drop table cards; update cards';",
    'grant select on cards to freeway_gateway;',
    '-- outside a transaction\ndrop index concurrently if exists decisions_card;\ncreate index concurrently decisions_card on decisions (card_token);',
  ])('%s', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});
