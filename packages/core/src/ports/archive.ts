import type { ServiceHealth } from './health.ts';

export const ARCHIVE_COLLECTIONS = ['decisions', 'messages'] as const;
export type ArchiveCollection = (typeof ARCHIVE_COLLECTIONS)[number];

/** One archived document. `id` is unique in its collection. Field values are JSON. */
export interface ArchiveDocument {
  readonly id: string;
  readonly transactionToken?: string;
  readonly accountId?: string;
  readonly cardToken?: string;
  /** Milliseconds since the epoch. */
  readonly occurredAtMs: number;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface ArchiveQuery {
  readonly transactionToken?: string;
  readonly accountId?: string;
  readonly cardToken?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Newest first. Default 100. */
  readonly limit?: number;
}

export interface Archive {
  /** Inserts documents; those whose id is there already are left as they are. Returns how many were new. */
  insert(collection: ArchiveCollection, documents: readonly ArchiveDocument[]): Promise<number>;
  /** Inserts or replaces by id. */
  upsert(collection: ArchiveCollection, document: ArchiveDocument): Promise<void>;
  get(collection: ArchiveCollection, id: string): Promise<ArchiveDocument | undefined>;
  /** Which of these ids are there. */
  known(collection: ArchiveCollection, ids: readonly string[]): Promise<ReadonlySet<string>>;
  find(collection: ArchiveCollection, query: ArchiveQuery): Promise<readonly ArchiveDocument[]>;
  /** Retention is ours: not every server of the protocol has TTL indexes. Returns how many went. */
  removeBefore(collection: ArchiveCollection, beforeMs: number): Promise<number>;
  statistics(): Promise<Readonly<Record<ArchiveCollection, { readonly documents: number }>>>;
  health(): Promise<ServiceHealth>;
  close(): Promise<void>;
}
