/** What cannot have data where the tests run, by the metric that stands in the expression, and why. */
export const WITHOUT_DATA: readonly (readonly [metric: string, why: string])[] = [
  ['pg_stat_replication_pg_wal_lsn_diff', 'there is no standby'],
];
