import type { DashboardPlan } from './dashboard.ts';
import { chart, stat } from './panel.ts';

const OF = 'instance=~"$instance",datname=~"$datname"';
const SERVER = 'instance=~"$instance"';

const NOW = [
  stat({
    title: 'Up',
    description: 'Servers that answer their exporter.',
    unit: 'none',
    lowIsBad: true,
    bad: 1,
    queries: [{ expr: `sum(pg_up{${SERVER}})`, legend: 'up' }],
  }),
  stat({
    title: 'Connections taken',
    description: 'Of all that the server may have.',
    unit: 'percentunit',
    warn: 0.6,
    bad: 0.8,
    queries: [{ expr: `max(postgres:connections:ratio{${SERVER}})`, legend: 'taken' }],
  }),
  stat({
    title: 'Transactions',
    description: 'Committed a second.',
    unit: 'ops',
    queries: [{ expr: `sum(postgres:transactions:rate5m{${OF}})`, legend: 'commits' }],
  }),
  stat({
    title: 'Read from memory',
    description: 'Share of pages that were found in the shared buffers.',
    unit: 'percentunit',
    decimals: 1,
    lowIsBad: true,
    warn: 0.95,
    queries: [{ expr: `min(postgres:cache_hit:ratio5m{${OF}})`, legend: 'hits' }],
  }),
  stat({
    title: 'Longest transaction',
    description: 'Open now. It holds back the relay and the clean-up.',
    unit: 's',
    warn: 60,
    bad: 600,
    queries: [{ expr: `max(pg_stat_activity_max_tx_duration{${OF}})`, legend: 'longest' }],
  }),
  stat({
    title: 'Size',
    description: 'Of the databases chosen.',
    unit: 'bytes',
    queries: [{ expr: `sum(pg_database_size_bytes{${OF}})`, legend: 'size' }],
  }),
];

const SERVERS = [
  chart({
    title: 'Connections by state',
    description: 'Idle in transaction for long: somebody has forgotten to end one.',
    unit: 'short',
    stacked: true,
    queries: [{ expr: `sum by (state) (pg_stat_activity_count{${OF}}) > 0`, legend: '{{state}}' }],
  }),
  chart({
    title: 'Transactions',
    description: 'A second. Rolled back: the commit’s own retries, and faults.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (datname) (rate(pg_stat_database_xact_commit{${OF}}[$__rate_interval])) > 0`,
        legend: 'committed {{datname}}',
      },
      {
        expr: `sum by (datname) (rate(pg_stat_database_xact_rollback{${OF}}[$__rate_interval]))`,
        legend: 'rolled back {{datname}}',
      },
    ],
  }),
  chart({
    title: 'Rows',
    description: 'Inserted, updated, deleted, and fetched by index, a second.',
    unit: 'ops',
    queries: [
      { expr: `sum(rate(pg_stat_database_tup_inserted{${OF}}[$__rate_interval]))`, legend: 'inserted' },
      { expr: `sum(rate(pg_stat_database_tup_updated{${OF}}[$__rate_interval]))`, legend: 'updated' },
      { expr: `sum(rate(pg_stat_database_tup_deleted{${OF}}[$__rate_interval]))`, legend: 'deleted' },
      { expr: `sum(rate(pg_stat_database_tup_fetched{${OF}}[$__rate_interval]))`, legend: 'fetched' },
    ],
  }),
  chart({
    title: 'Pages',
    description: 'Read from disk, a second. Growing: what is asked for no longer fits into memory.',
    unit: 'ops',
    queries: [
      { expr: `sum by (datname) (rate(pg_stat_database_blks_read{${OF}}[$__rate_interval]))`, legend: '{{datname}}' },
    ],
  }),
  chart({
    title: 'Longest open transaction',
    description: 'The relay tells nothing that was decided after it began.',
    unit: 's',
    bad: 600,
    queries: [{ expr: `max by (datname) (pg_stat_activity_max_tx_duration{${OF}})`, legend: '{{datname}}' }],
  }),
  chart({
    title: 'Locks, deadlocks, conflicts',
    description: 'Locks held, by mode; deadlocks in five minutes are not Freeway’s own.',
    unit: 'short',
    queries: [
      { expr: `sum by (mode) (pg_locks_count{${OF}}) > 0`, legend: '{{mode}}' },
      { expr: `sum(increase(pg_stat_database_deadlocks{${OF}}[5m]))`, legend: 'deadlocks in five minutes' },
    ],
  }),
];

const DISK = [
  chart({
    title: 'Size of databases',
    description: 'Decisions, records and entries are kept: it only grows.',
    unit: 'bytes',
    queries: [{ expr: `pg_database_size_bytes{${OF}}`, legend: '{{datname}}' }],
  }),
  chart({
    title: 'Growth',
    description: 'Bytes a second, over an hour.',
    unit: 'Bps',
    queries: [{ expr: `deriv(pg_database_size_bytes{${OF}}[1h])`, legend: '{{datname}}' }],
  }),
  chart({
    title: 'Temporary files',
    description: 'Written a second, since a sort or a hash did not fit into memory. Freeway’s hot path writes none.',
    unit: 'Bps',
    queries: [
      { expr: `sum by (datname) (rate(pg_stat_database_temp_bytes{${OF}}[$__rate_interval]))`, legend: '{{datname}}' },
    ],
  }),
  chart({
    title: 'Dead rows',
    description:
      'Of the ten tables that have most. Growing without end: a transaction stays open, or autovacuum is behind.',
    unit: 'short',
    queries: [
      { expr: `topk(10, sum by (relname) (pg_stat_user_tables_n_dead_tup{${SERVER}}))`, legend: '{{relname}}' },
    ],
  }),
];

const REPLICATION = [
  chart({
    title: 'Standbys: seconds behind',
    description: 'As each standby sees it; 0 on a primary.',
    unit: 's',
    bad: 30,
    queries: [{ expr: `pg_replication_lag_seconds{${SERVER}}`, legend: '{{instance}}' }],
  }),
  chart({
    title: 'Standbys: bytes behind',
    description: 'As the primary sees it. Nothing is shown where there is no standby.',
    unit: 'bytes',
    bad: 67_108_864,
    queries: [{ expr: `pg_stat_replication_pg_wal_lsn_diff{${SERVER}}`, legend: '{{application_name}}' }],
  }),
];

export const POSTGRES: DashboardPlan = {
  uid: 'freeway-postgres',
  title: 'Freeway: PostgreSQL',
  description: 'The server beneath the ledger, by prometheus-postgres-exporter.',
  variables: [
    { name: 'instance', label: 'Exporter', of: 'pg_up' },
    { name: 'datname', label: 'Database', of: 'pg_database_size_bytes{instance=~"$instance"}' },
  ],
  rows: [
    { title: 'Now', panels: NOW },
    { title: 'Server', panels: SERVERS },
    { title: 'Disk', panels: DISK },
    { title: 'Replication', panels: REPLICATION },
  ],
};
