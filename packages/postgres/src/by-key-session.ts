/**
 * Session settings of a pool whose statements all go by key. They are planned once per connection, possibly while tables are
 * still empty: a plan that reads whole tables would stay long after they have grown, so only plans that go by key are allowed.
 */
export const BY_KEY_SESSION: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  // Over a table that is empty, and known to be, it looks cheap to read all of it once for each statement.
  enable_material: 'off',
  // No key of a batch comes twice.
  enable_memoize: 'off',
  jit: 'off',
};
