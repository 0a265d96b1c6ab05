import { type ProcessName, SETTINGS } from '@freeway/runtime';

/** One process as the chart runs it. */
export interface ChartProcess {
  /** Its name in values.yaml. */
  readonly key: string;
  /** Its name in Kubernetes: the label `app.kubernetes.io/component`, and the end of the names of its objects. */
  readonly component: string;
  /** What the image is told to run. */
  readonly args: readonly string[];
  /** Whose settings it reads. */
  readonly reads: ProcessName;
  /** The stores it talks to; URLs of others are kept from it. */
  readonly stores: readonly string[];
  /** What the chart decides, and values cannot. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Marqeta's requests come to it, by this path. */
  readonly path?: string;
}

const OPERATIONS = { fixed: { OPERATIONS_HOST: '0.0.0.0', OPERATIONS_PORT: '9100' }, port: 9100 };
const QUEUES = ['DATABASE_URL', 'RABBITMQ_URL'];
const ARCHIVE = [...QUEUES, 'MONGODB_URI'];

/** Every process of the chart. The chart itself reads the same as `files/processes.yaml`. */
export const CHART_PROCESSES: readonly ChartProcess[] = [
  {
    key: 'gateway',
    component: 'gateway',
    args: ['gateway'],
    reads: 'gateway',
    stores: ['DATABASE_URL', 'REDIS_URL'],
    fixed: { HOST: '0.0.0.0', PORT: '8080' },
    port: 8080,
    path: '/v1/jit',
  },
  {
    key: 'intake',
    component: 'intake',
    args: ['intake'],
    reads: 'intake',
    stores: QUEUES,
    fixed: { INTAKE_HOST: '0.0.0.0', INTAKE_PORT: '8081' },
    port: 8081,
    path: '/v1/webhooks/marqeta',
  },
  { key: 'relay', component: 'relay', args: ['relay'], reads: 'relay', stores: QUEUES, ...OPERATIONS },
  {
    key: 'jitFundingWorker',
    component: 'jit-funding-worker',
    args: ['worker', 'jit-funding-queue'],
    reads: 'worker',
    stores: [...ARCHIVE, 'REDIS_URL'],
    ...OPERATIONS,
  },
  {
    key: 'webhookWorker',
    component: 'webhook-worker',
    args: ['worker', 'webhook-queue'],
    reads: 'worker',
    stores: [...ARCHIVE, 'REDIS_URL'],
    ...OPERATIONS,
  },
  {
    key: 'transactionWorker',
    component: 'transaction-worker',
    args: ['worker', 'transaction-processing-queue'],
    reads: 'worker',
    stores: QUEUES,
    ...OPERATIONS,
  },
  { key: 'sweeper', component: 'sweeper', args: ['sweeper'], reads: 'sweeper', stores: QUEUES, ...OPERATIONS },
  { key: 'migrate', component: 'migrate', args: ['migrate'], reads: 'cli', stores: ['DATABASE_URL'], fixed: {} },
];

const STORES = new Set(['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL', 'MONGODB_URI']);
/** The image has no folder that can be written to, and a chart without a database would lose the ledger. */
const NOT_HERE = new Set(['DATA_FOLDER']);
/** A command reads what all commands read; this one needs no more. */
const MIGRATE_READS = new Set([
  'DATABASE_URL',
  'STATEMENT_TIMEOUT_MS',
  'SLOW_QUERY_MS',
  'LOG_LEVEL',
  'POSTGRES_POOL_MAX',
]);

/** The names that values may set for a process: those that come from the Secret, and the others. */
export function settingsOf(of: ChartProcess): {
  readonly plain: readonly string[];
  readonly secret: readonly string[];
} {
  const names = Object.entries(SETTINGS)
    .filter(([name, { processes }]) => {
      if (!(processes as readonly ProcessName[]).includes(of.reads)) return false;
      if (NOT_HERE.has(name) || name in of.fixed) return false;
      if (of.key === 'migrate') return MIGRATE_READS.has(name);
      return !STORES.has(name) || of.stores.includes(name);
    })
    .map(([name]) => name);
  return { plain: names.filter((name) => !isSecret(name)), secret: names.filter(isSecret) };
}

/** What may hold a secret comes from a file; the Core API's address holds none. */
function isSecret(name: string): boolean {
  const { type } = SETTINGS[name as keyof typeof SETTINGS];
  return type === 'secret' || (type === 'url' && STORES.has(name));
}

const HEAD = `# What the templates know of each process: made from deploy/src/kubernetes/chart-processes.ts and the settings catalogue by
#   node deploy/src/kubernetes/chart-processes.ts > deploy/kubernetes/freeway/files/processes.yaml
`;

/** The text of `files/processes.yaml`. */
export function chartProcessesText(): string {
  return HEAD + CHART_PROCESSES.map(textOf).join('');
}

function textOf(of: ChartProcess): string {
  const { key, component, args, fixed, port, path } = of;
  const { plain, secret } = settingsOf(of);
  const data = { component, args, fixed, port: port ?? 0, path: path ?? '', settings: plain, secrets: secret };
  const members = Object.entries(data).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`);
  return `${key}:\n${members.join('')}`;
}

if (import.meta.main) process.stdout.write(chartProcessesText());
