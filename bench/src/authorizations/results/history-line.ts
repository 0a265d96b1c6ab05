import type { HistoryEntry } from './history-entry.ts';

/** Compact JSON, snake_case as all that programs read. */
export function historyLine(entry: HistoryEntry): string {
  return JSON.stringify({
    kind: entry.kind,
    started_at: entry.startedAt,
    commit: entry.revision,
    commit_dirty: entry.isDirty,
    machine_kind: entry.machineKind,
    kernel: entry.kernel,
    node: entry.node,
    postgres: entry.postgres,
    load_average_before: entry.loadBefore,
    passed: entry.passed,
    void: entry.isVoid,
    figures: entry.figures,
  });
}

/** @throws Error that says what is wrong with the line */
export function parseHistoryLine(line: string): HistoryEntry {
  const members = objectOf(JSON.parse(line), 'the line');
  const text = (name: string): string => must(members[name], 'string', name) as string;
  const flag = (name: string): boolean => must(members[name], 'boolean', name) as boolean;
  const kind = text('kind');
  if (kind !== 'suite' && kind !== 'check') throw new Error(`kind is ${kind}, not suite or check`);
  return {
    kind,
    startedAt: text('started_at'),
    revision: text('commit'),
    isDirty: flag('commit_dirty'),
    machineKind: text('machine_kind'),
    kernel: text('kernel'),
    node: text('node'),
    postgres: text('postgres'),
    loadBefore: must(members['load_average_before'], 'number', 'load_average_before') as number,
    passed: flag('passed'),
    isVoid: flag('void'),
    figures: figuresOf(members['figures']),
  };
}

function figuresOf(value: unknown): Readonly<Record<string, number>> {
  const figures = objectOf(value, 'figures');
  for (const [id, figure] of Object.entries(figures)) must(figure, 'number', id);
  return figures as Record<string, number>;
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
  return value as Record<string, unknown>;
}

function must(value: unknown, type: 'string' | 'number' | 'boolean', name: string): unknown {
  if (typeof value !== type) throw new Error(`${name} is no ${type}`);
  return value;
}
