import { expect, test } from 'vitest';
import {
  type CommitFunction,
  commitStatement,
} from '../../../../src/authorizations/references/pgbench/commit-statement.ts';

const installed = (...parameters: string[]): CommitFunction => ({
  parameters,
  requestFields: ['place', 'amount'],
  counterFields: ['limit_id', 'count'],
});

test('each parameter of the commit is given by its name, in the order it is asked for', () => {
  const statement = commitStatement(installed('p_skip_locked', 'p_accounts', 'p_counters', 'p_c_from'), 64, 1000);
  expect(statement).toContain(
    'authorize_requests(p_skip_locked => false, p_accounts => r.p_accounts, p_counters => k.p_counters, ' +
      'p_c_from => array(select 2 * i - 1 from generate_series(1, 65) i))',
  );
});

test('rows have their fields in the order of their types', () => {
  const statement = commitStatement(installed(), 64, 1000);
  expect(statement).toContain('row(i, 100)::authorization_request');
  expect(statement).toContain('row(limit_id, 1)::authorization_counter');
});

test('each request picks from a part of the accounts of its own', () => {
  expect(commitStatement(installed(), 64, 1000)).toContain('(i - 1) * 15 + 1 + floor(random() * 15)::integer as n');
});

test('nothing in it looks to pgbench like a variable of its own', () => {
  expect(commitStatement(installed('p_records'), 1, 1)).not.toMatch(/(?<!:):(?!:)\w/);
});

test('a commit that takes something else is not guessed at', () => {
  expect(() => commitStatement(installed('p_accounts', 'p_mood'), 1, 1)).toThrow('the commit takes p_mood');
  expect(() => commitStatement({ ...installed(), requestFields: ['mood'] }, 1, 1)).toThrow(
    'authorization_request.mood',
  );
});
