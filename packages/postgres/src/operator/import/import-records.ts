import type { Postgres } from '../../connect.ts';
import type { ChangedFact, PutStatus } from '../outcome.ts';
import { lockOperator, type RecordRow } from '../record-kind.ts';
import { createFaultList, type FaultList, type LineFault } from './fault-list.ts';
import { type ImportType, IMPORT_TYPES, kindOf, readRecord, STAGES } from './record-kinds.ts';

export interface ImportLine {
  readonly line: number;
  /** Text of JSON, or the object itself. */
  readonly content: unknown;
}

/** Gives the same lines each time it is called: they are read once to check them and again to write them. */
export type ImportSource = () => AsyncIterable<ImportLine> | Iterable<ImportLine>;

export interface ImportProgress {
  readonly phase: 'read' | 'check' | 'write';
  readonly done: number;
  /** Unknown while reading. */
  readonly total?: number;
}

export interface ImportOptions {
  readonly actor: string;
  /** For the audit: the file's name. */
  readonly source: string;
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Called after each commit. */
  readonly onChanged?: (changed: readonly ChangedFact[]) => void;
}

export type ImportCounts = { readonly [Type in ImportType]: { readonly [Status in PutStatus]: number } };

export type ImportOutcome =
  /** `dry_run`: the counts are those of a real run. */
  | { readonly status: 'applied' | 'dry_run'; readonly lines: number; readonly counts: ImportCounts }
  /** Nothing was applied; unless `counts` says otherwise, because the database changed between check and write. */
  | {
      readonly status: 'refused';
      readonly lines: number;
      readonly faults: readonly LineFault[];
      readonly faultCount: number;
      readonly counts: ImportCounts;
    };

/** Rows in one statement and one commit. */
const BATCH = 5000;

const FAULTS_IN_FULL = 50;

/**
 * Imports records of all kinds: reads and checks every line first, then writes in large transactions. Each record is
 * idempotent by its token, so that a rerun after a crash continues where the first run stopped.
 */
export async function importRecords(
  postgres: Postgres,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const faults = createFaultList(FAULTS_IN_FULL);
  const file = await readAll(source, faults, options);
  await checkAll(postgres, source, { file, faults, options });
  const counts = emptyCounts();
  const refusal = () => ({ lines: file.lines, faults: faults.first(), faultCount: faults.count(), counts });
  if (faults.count() > 0) return { status: 'refused', ...refusal() };
  for (const stage of STAGES) {
    await writeStage(postgres, source, { stage, file, faults, counts, options });
    if (faults.count() > 0) return { status: 'refused', ...refusal() };
  }
  if (file.done !== file.lines) throw new Error('the lines to import changed while they were being imported');
  return { status: options.dryRun ? 'dry_run' : 'applied', lines: file.lines, counts };
}

interface FileContents {
  lines: number;
  done: number;
  readonly perType: Map<ImportType, number>;
  /** Every key that a record of the file brings, with its line. */
  readonly keys: Map<string, number>;
}

async function readAll(source: ImportSource, faults: FaultList, options: ImportOptions): Promise<FileContents> {
  const file: FileContents = { lines: 0, done: 0, perType: new Map(), keys: new Map() };
  for await (const { line, content } of source()) {
    file.lines++;
    if (file.lines % BATCH === 0) options.onProgress?.({ phase: 'read', done: file.lines });
    const read = readRecord(content, line);
    if (!read.ok) {
      faults.add(line, read.message);
      continue;
    }
    file.perType.set(read.type, (file.perType.get(read.type) ?? 0) + 1);
    for (const key of kindOf(read.type).keys(read.row)) {
      const first = file.keys.get(key);
      if (first === undefined) file.keys.set(key, line);
      else faults.add(line, `repeats ${key.replace(':', ' ')} of line ${first}`);
    }
  }
  return file;
}

interface Batch {
  readonly type: ImportType;
  readonly rows: RecordRow[];
}

async function* batchesOf(source: ImportSource, types: readonly ImportType[]): AsyncGenerator<Batch> {
  const open = new Map<ImportType, RecordRow[]>(types.map((type) => [type, []]));
  for await (const { line, content } of source()) {
    const read = readRecord(content, line);
    const rows = read.ok ? open.get(read.type) : undefined;
    if (!read.ok || rows === undefined) continue;
    rows.push(read.row);
    if (rows.length < BATCH) continue;
    open.set(read.type, []);
    yield { type: read.type, rows };
  }
  for (const [type, rows] of open) if (rows.length > 0) yield { type, rows };
}

async function checkAll(
  postgres: Postgres,
  source: ImportSource,
  { file, faults, options }: { file: FileContents; faults: FaultList; options: ImportOptions },
): Promise<void> {
  let done = 0;
  for await (const { type, rows } of batchesOf(source, IMPORT_TYPES)) {
    const kind = kindOf(type);
    const asked = rows.map((row) => {
      const inFile = kind.references(row).map(({ member, key }) => [member, file.keys.has(key)]);
      return { ...row, ...Object.fromEntries(inFile) };
    });
    const found = await postgres.transaction('operator.import_check', async (sql) => {
      await sql`set local statement_timeout = 0`;
      return kind.check(sql, asked);
    });
    for (const { line, message } of found) faults.add(line, message);
    done += rows.length;
    options.onProgress?.({ phase: 'check', done, total: file.lines });
  }
}

interface Stage {
  readonly stage: readonly ImportType[];
  readonly file: FileContents;
  readonly faults: FaultList;
  readonly counts: MutableCounts;
  readonly options: ImportOptions;
}

async function writeStage(
  postgres: Postgres,
  source: ImportSource,
  { stage, file, faults, counts, options }: Stage,
): Promise<void> {
  const types = stage.filter((type) => file.perType.has(type));
  if (types.length === 0) return;
  const apply = !options.dryRun;
  for await (const { type, rows } of batchesOf(source, types)) {
    const kind = kindOf(type);
    const context = { actor: options.actor, verb: `import_${type}`, source: options.source, apply };
    const written = await postgres.transaction('operator.import_write', async (sql) => {
      await sql`set local statement_timeout = 0`;
      await lockOperator(sql);
      // Once more, under the lock and without what the file promised: that is written by now.
      const changed = apply ? await kind.check(sql, rows) : [];
      for (const { line, message } of changed) faults.add(line, message);
      return changed.length > 0 ? [] : kind.write(sql, rows, context);
    });
    if (faults.count() > 0) return;
    const differing = new Set<number>();
    for (const { line, status } of written) {
      counts[type][status]++;
      if (status !== 'unchanged') differing.add(line);
    }
    if (apply) options.onChanged?.(rows.filter((row) => differing.has(row.line)).flatMap((row) => kind.changes(row)));
    file.done += rows.length;
    options.onProgress?.({ phase: 'write', done: file.done, total: file.lines });
  }
}

type MutableCounts = { [Type in ImportType]: { [Status in PutStatus]: number } };

function emptyCounts(): MutableCounts {
  const none = { created: 0, updated: 0, unchanged: 0, lifted: 0 };
  return {
    user: { ...none },
    business: { ...none },
    account: { ...none },
    card: { ...none },
    limit: { ...none },
    authorization: { ...none },
  };
}
