import type { DashboardPlan } from './dashboard.ts';
import { chart, stat } from './panel.ts';

const OF = 'queue=~"$queue"';

const NOW = [
  stat({
    title: 'Waiting',
    description: 'Messages on all queues.',
    unit: 'short',
    warn: 1000,
    bad: 10_000,
    queries: [{ expr: `sum(max by (queue) (freeway_queue_ready{${OF}}))`, legend: 'waiting' }],
  }),
  stat({
    title: 'Oldest message',
    description: 'Since it was published; on RabbitMQ an upper bound.',
    unit: 's',
    warn: 60,
    bad: 300,
    queries: [{ expr: `max(freeway_queue_oldest_seconds{${OF}})`, legend: 'oldest' }],
  }),
  stat({
    title: 'Dead',
    description: 'Could not be handled, and wait for somebody: freeway dlq list.',
    unit: 'none',
    bad: 1,
    queries: [{ expr: `sum(max by (queue) (freeway_queue_dead{${OF}}))`, legend: 'dead' }],
  }),
  stat({
    title: 'Outbox',
    description: 'Decisions that have not been told.',
    unit: 'short',
    warn: 1000,
    queries: [{ expr: 'max(freeway_outbox_backlog)', legend: 'rows' }],
  }),
  stat({
    title: 'Oldest in the outbox',
    description: 'Since it was decided.',
    unit: 's',
    warn: 10,
    bad: 60,
    queries: [{ expr: 'max(freeway_outbox_oldest_seconds)', legend: 'oldest' }],
  }),
  stat({
    title: 'Webhooks stored',
    description: 'Wait in PostgreSQL for their queue.',
    unit: 'none',
    warn: 1,
    queries: [{ expr: 'max(freeway_webhooks_stored_backlog)', legend: 'webhooks' }],
  }),
];

const QUEUES = [
  chart({
    title: 'Waiting',
    description: 'Messages, those that wait for a retry included.',
    unit: 'short',
    queries: [{ expr: `max by (queue) (freeway_queue_ready{${OF}})`, legend: '{{queue}}' }],
  }),
  chart({
    title: 'Oldest message',
    description: 'Since it was published; on RabbitMQ an upper bound.',
    unit: 's',
    bad: 300,
    queries: [{ expr: `max by (queue) (freeway_queue_oldest_seconds{${OF}})`, legend: '{{queue}}' }],
  }),
  chart({
    title: 'In hand',
    description: 'Being handled now.',
    unit: 'short',
    queries: [{ expr: `max by (queue) (freeway_queue_in_flight{${OF}})`, legend: '{{queue}}' }],
  }),
  chart({
    title: 'Dead letters',
    description: 'Nothing dead is ever removed by age.',
    unit: 'short',
    bad: 1,
    queries: [{ expr: `max by (queue) (freeway_queue_dead{${OF}})`, legend: '{{queue}}' }],
  }),
];

const HANDLED = [
  chart({
    title: 'Told by the relay',
    description: 'Outbox rows published and confirmed, a second, and messages of them handled.',
    unit: 'ops',
    queries: [
      { expr: 'sum(rate(freeway_relay_published_total[$__rate_interval]))', legend: 'published' },
      {
        expr: 'sum by (type) (rate(freeway_jit_funding_messages_total[$__rate_interval]))',
        legend: 'handled: {{type}}',
      },
    ],
  }),
  chart({
    title: 'Outbox',
    description: 'Rows that wait, and how long the oldest has.',
    unit: 'short',
    queries: [
      { expr: 'max(freeway_outbox_backlog)', legend: 'rows' },
      { expr: 'max(freeway_outbox_oldest_seconds)', legend: 'age in seconds' },
      { expr: 'max(freeway_relay_lag_seconds)', legend: 'age of the last one told, in seconds' },
    ],
  }),
  chart({
    title: 'Elements and records',
    description: 'What webhooks are taken apart into, a second, and what of it moves money.',
    unit: 'ops',
    queries: [
      {
        expr: 'sum by (status) (rate(freeway_webhook_elements_total[$__rate_interval]))',
        legend: 'element: {{status}}',
      },
      {
        expr: 'sum by (outcome) (rate(freeway_transitions_total[$__rate_interval]))',
        legend: 'change of state: {{outcome}}',
      },
      { expr: 'sum by (status) (rate(freeway_records_total[$__rate_interval]))', legend: 'record: {{status}}' },
    ],
  }),
  chart({
    title: 'Time to apply a batch of records',
    description: 'A batch is what came while the one before it was applied.',
    unit: 's',
    queries: [
      {
        expr: 'histogram_quantile(0.5, sum by (le) (rate(freeway_record_batch_seconds_bucket[$__rate_interval])))',
        legend: 'p50',
      },
      {
        expr: 'histogram_quantile(0.99, sum by (le) (rate(freeway_record_batch_seconds_bucket[$__rate_interval])))',
        legend: 'p99',
      },
    ],
  }),
];

const WEBHOOKS = [
  chart({
    title: 'Webhooks',
    description: 'A second: received, on the queue, stored beside it, forwarded later, pings.',
    unit: 'reqps',
    queries: [
      { expr: 'sum(rate(freeway_webhooks_received_total[$__rate_interval]))', legend: 'received' },
      { expr: 'sum(rate(freeway_webhooks_published_total[$__rate_interval]))', legend: 'published' },
      { expr: 'sum(rate(freeway_webhooks_stored_total[$__rate_interval]))', legend: 'stored' },
      { expr: 'sum(rate(freeway_webhooks_forwarded_total[$__rate_interval]))', legend: 'forwarded' },
      { expr: 'sum(rate(freeway_webhook_pings_total[$__rate_interval]))', legend: 'pings' },
    ],
  }),
  chart({
    title: 'Webhooks refused',
    description: '503: kept nowhere, and sent again. 401, 400: credentials, signature, or not JSON.',
    unit: 'reqps',
    queries: [
      { expr: 'sum by (status) (rate(freeway_webhooks_refused_total[$__rate_interval]))', legend: '{{status}}' },
    ],
  }),
  chart({
    title: 'Time to answer a webhook',
    description: 'p99. Marqeta waits 5 s.',
    unit: 's',
    warn: 1,
    bad: 5,
    queries: [
      { expr: 'freeway:webhook_seconds:p99_5m', legend: 'answer' },
      {
        expr: 'histogram_quantile(0.99, sum by (le) (rate(freeway_webhook_publish_seconds_bucket[5m])))',
        legend: 'confirm of the queue',
      },
    ],
  }),
  chart({
    title: 'Kept beside the queue',
    description: 'Webhooks stored in PostgreSQL, those in hand, and whether the queue is away (1).',
    unit: 'short',
    queries: [
      { expr: 'max(freeway_webhooks_stored_backlog)', legend: 'stored' },
      { expr: 'sum(freeway_webhooks_in_hand)', legend: 'in hand' },
      { expr: 'max(freeway_webhook_queue_away)', legend: 'queue away' },
    ],
  }),
];

const BROKER = [
  chart({
    title: 'RabbitMQ: messages',
    description: 'All queues of the broker.',
    unit: 'short',
    queries: [
      { expr: 'sum by (instance) (rabbitmq_queue_messages_ready)', legend: 'ready {{instance}}' },
      { expr: 'sum by (instance) (rabbitmq_queue_messages_unacked)', legend: 'unacknowledged {{instance}}' },
    ],
  }),
  chart({
    title: 'RabbitMQ: memory',
    description: 'Near its watermark it blocks whoever publishes.',
    unit: 'percentunit',
    max: 1,
    bad: 0.9,
    queries: [
      {
        expr: 'max by (instance) (rabbitmq_process_resident_memory_bytes) / max by (instance) (rabbitmq_resident_memory_limit_bytes)',
        legend: '{{instance}}',
      },
    ],
  }),
  chart({
    title: 'RabbitMQ: connections and channels',
    description: 'Each process has two connections, one to publish and one to consume.',
    unit: 'short',
    queries: [
      { expr: 'sum by (instance) (rabbitmq_connections)', legend: 'connections {{instance}}' },
      { expr: 'sum by (instance) (rabbitmq_channels)', legend: 'channels {{instance}}' },
    ],
  }),
  chart({
    title: 'RabbitMQ: disk left',
    description: 'Below its limit it blocks whoever publishes.',
    unit: 'bytes',
    queries: [
      { expr: 'min by (instance) (rabbitmq_disk_space_available_bytes)', legend: 'left {{instance}}' },
      { expr: 'max by (instance) (rabbitmq_disk_space_available_limit_bytes)', legend: 'limit {{instance}}' },
    ],
  }),
];

export const QUEUE_DASHBOARD: DashboardPlan = {
  uid: 'freeway-queues',
  title: 'Freeway: queues',
  description: 'What is on its way: outbox, queues, dead letters, webhooks, and the broker.',
  variables: [{ name: 'queue', label: 'Queue', of: 'freeway_queue_ready' }],
  rows: [
    { title: 'Now', panels: NOW },
    { title: 'Queues', panels: QUEUES },
    { title: 'Handled', panels: HANDLED },
    { title: 'Webhooks', panels: WEBHOOKS },
    { title: 'RabbitMQ', panels: BROKER },
  ],
};
