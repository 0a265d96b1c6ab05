import type { DashboardPlan } from './dashboard.ts';
import { chart, stat } from './panel.ts';

const OF = 'currency=~"$currency"';

const NOW = [
  stat({
    title: 'Rules of the books broken',
    description: 'Accounts whose balance, entries, holds or promises do not agree. Never anything but 0.',
    unit: 'none',
    bad: 1,
    queries: [{ expr: 'sum(max by (invariant) (freeway_invariant_violations))', legend: 'accounts' }],
  }),
  stat({
    title: 'All books checked',
    description: 'When the last walk over all accounts ended.',
    unit: 'dateTimeFromNow',
    queries: [{ expr: 'max(freeway_invariants_walk_ended_at_seconds) * 1000', legend: 'ended' }],
  }),
  stat({
    title: 'Approved',
    description: 'Of what was decided in the last hour.',
    unit: 'percentunit',
    decimals: 1,
    queries: [{ expr: 'freeway:approval:ratio1h', legend: 'approved' }],
  }),
  stat({
    title: 'In doubt for a day',
    description: 'Approvals that hold money and that no record has confirmed.',
    unit: 'none',
    warn: 1,
    queries: [{ expr: 'max(freeway_unconfirmed_approvals{age="over_1d"})', legend: 'approvals' }],
  }),
  stat({
    title: 'Differ from the platform',
    description: 'Accounts that differ for longer than records are on their way.',
    unit: 'none',
    warn: 1,
    queries: [{ expr: 'sum(max by (kind) (freeway_drift_lasting))', legend: 'accounts' }],
  }),
  stat({
    title: 'Stood in for, 24 h',
    description: 'Approvals that others have made in our place.',
    unit: 'none',
    decimals: 0,
    warn: 1,
    queries: [{ expr: 'sum(increase(freeway_stand_ins_total[24h]))', legend: 'approvals' }],
  }),
];

const DECIDED = [
  chart({
    title: 'Money approved',
    description: 'An hour, in the major unit of each currency, as the worker was told.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (currency) (rate(freeway_approved_amount_total{${OF}}[$__rate_interval])) * 3600`,
        legend: '{{currency}}',
      },
    ],
  }),
  chart({
    title: 'Money declined',
    description: 'An hour, in the major unit of each currency.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (currency) (rate(freeway_declined_amount_total{${OF}}[$__rate_interval])) * 3600`,
        legend: '{{currency}}',
      },
    ],
  }),
  chart({
    title: 'Share approved',
    description: 'Now, and at the same hour yesterday and a week ago. A step is a broken rule, or an attack.',
    unit: 'percentunit',
    max: 1,
    queries: [
      { expr: 'freeway:approval:ratio1h', legend: 'now' },
      { expr: 'freeway:approval:ratio1h offset 1d', legend: 'yesterday' },
      { expr: 'freeway:approval:ratio1h offset 1w', legend: 'a week ago' },
    ],
  }),
  chart({
    title: 'Declines by reason',
    description: 'A second.',
    unit: 'reqps',
    stacked: true,
    queries: [
      {
        expr: 'sum by (reason) (rate(freeway_authorizations_declined_total[$__rate_interval])) > 0',
        legend: '{{reason}}',
      },
    ],
  }),
];

const BALANCES = [
  chart({
    title: 'Posted',
    description: 'On all accounts, as the last whole walk over them has added up.',
    unit: 'short',
    queries: [{ expr: `max by (currency) (freeway_posted_amount{${OF}})`, legend: '{{currency}}' }],
  }),
  chart({
    title: 'Held, and promised',
    description: 'Held: approved and not cleared. Promised: refunds on their way, not spendable.',
    unit: 'short',
    queries: [
      { expr: `max by (currency) (freeway_held_amount{${OF}})`, legend: 'held {{currency}}' },
      { expr: `max by (currency) (freeway_pending_credit_amount{${OF}})`, legend: 'promised {{currency}}' },
    ],
  }),
  chart({
    title: 'Accounts below zero',
    description: 'By what nobody could refuse, or by force: freeway verify names the cause of each.',
    unit: 'short',
    queries: [{ expr: `max by (currency) (freeway_accounts_below_zero{${OF}})`, legend: '{{currency}}' }],
  }),
  chart({
    title: "Nobody's money",
    description: 'In suspense: freeway exceptions list --reason no_account.',
    unit: 'short',
    queries: [{ expr: `max by (currency) (freeway_suspense_amount{${OF}})`, legend: '{{currency}}' }],
  }),
];

const EXPOSURE = [
  chart({
    title: 'Approved in our place',
    description: 'An hour, in the major unit of each currency. Nobody has compared it with balances or limits.',
    unit: 'short',
    queries: [
      { expr: `sum by (currency) (increase(freeway_stand_in_amount_total{${OF}}[1h]))`, legend: '{{currency}}' },
    ],
  }),
  chart({
    title: 'Approvals in doubt, by age',
    description: 'No record has spoken of them yet.',
    unit: 'short',
    stacked: true,
    queries: [{ expr: 'max by (age) (freeway_unconfirmed_approvals)', legend: '{{age}}' }],
  }),
  chart({
    title: 'Oldest approval in doubt',
    description: 'Since it was decided.',
    unit: 's',
    bad: 86_400,
    queries: [{ expr: 'max(freeway_unconfirmed_oldest_seconds)', legend: 'oldest' }],
  }),
  chart({
    title: 'Given back by the sweeper',
    description: 'Released: Marqeta does not know the approval. Expired: the time of the hold was over.',
    unit: 'short',
    queries: [
      { expr: 'sum(increase(freeway_approvals_released_total[1h]))', legend: 'released, 1 h' },
      { expr: 'sum(increase(freeway_holds_expired_total[1h]))', legend: 'expired, 1 h' },
      { expr: 'sum(increase(freeway_expiry_skipped_total[1h]))', legend: 'rounds skipped, 1 h' },
    ],
  }),
];

const RECORDS = [
  chart({
    title: 'Records of the platform',
    description: 'A second, by what came of them.',
    unit: 'ops',
    queries: [{ expr: 'sum by (status) (rate(freeway_records_total[$__rate_interval]))', legend: '{{status}}' }],
  }),
  chart({
    title: 'Records that need a look',
    description: 'In an hour, by reason: freeway exceptions list.',
    unit: 'short',
    stacked: true,
    queries: [{ expr: 'sum by (reason) (increase(freeway_record_exceptions_total[1h])) > 0', legend: '{{reason}}' }],
  }),
  chart({
    title: 'Accounts that differ from the platform',
    description: 'For longer than records are on their way, by what differs: freeway drift.',
    unit: 'short',
    queries: [{ expr: 'max by (kind) (freeway_drift_lasting)', legend: '{{kind}}' }],
  }),
  chart({
    title: 'Books checked',
    description:
      'Accounts a second that the sweeper has looked at, and of these those with too many entries to add up.',
    unit: 'ops',
    queries: [
      { expr: 'sum(rate(freeway_invariants_checked_total[$__rate_interval]))', legend: 'checked' },
      { expr: 'sum(rate(freeway_invariants_skipped_total[$__rate_interval]))', legend: 'too large' },
    ],
  }),
];

export const MONEY: DashboardPlan = {
  uid: 'freeway-money',
  title: 'Freeway: money',
  description:
    'What is approved, declined, held and exposed. Amounts are for looking at: the ledger has the exact ones.',
  variables: [{ name: 'currency', label: 'Currency', of: 'freeway_accounts' }],
  rows: [
    { title: 'Now', panels: NOW },
    { title: 'Decided', panels: DECIDED },
    { title: 'Balances', panels: BALANCES },
    { title: 'Exposure', panels: EXPOSURE },
    { title: 'Records', panels: RECORDS },
  ],
};
