import { expect, test } from 'vitest';
import { commitStatement } from '../../../../src/authorizations/references/pgbench/commit-statement.ts';

test('each parameter of the commit is given by its name, in the order it is asked for', () => {
  const statement = commitStatement(['p_skip_locked', 'p_accounts', 'p_k_limit', 'p_c_from'], 64, 1000);
  expect(statement).toContain(
    'authorize_batch(p_skip_locked => false, p_accounts => r.p_accounts, p_k_limit => k.p_k_limit, ' +
      'p_c_from => array(select 2 * i - 1 from generate_series(1, 65) i))',
  );
});

test('each request picks from a part of the accounts of its own', () => {
  expect(commitStatement([], 64, 1000)).toContain('(i - 1) * 15 + 1 + floor(random() * 15)::integer as n');
});

test('nothing in it looks to pgbench like a variable of its own', () => {
  expect(commitStatement(['p_records'], 1, 1)).not.toMatch(/(?<!:):(?!:)\w/);
});

test('a commit that takes something else is not guessed at', () => {
  expect(() => commitStatement(['p_accounts', 'p_mood'], 1, 1)).toThrow('the commit takes p_mood');
});
