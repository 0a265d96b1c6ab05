import type { Postgres } from '../connect.ts';
import { type PutOutcome, refused } from './outcome.ts';
import { lockOperator, type RecordKind, type RecordRow } from './record-kind.ts';

export interface PutRequest<Row extends RecordRow> {
  readonly kind: RecordKind<Row>;
  readonly record: object;
  readonly verb: string;
  readonly actor: string;
  /** A record that is not there yet is refused with this sentence. */
  readonly mustExist?: string;
}

/** Puts one record in one transaction with its audit. Putting the same twice changes nothing and says so. */
export async function putRecord<Row extends RecordRow>(
  postgres: Postgres,
  { kind, record, verb, actor, mustExist }: PutRequest<Row>,
): Promise<PutOutcome> {
  const read = kind.read(record, 0);
  if (!read.ok) return refused('invalid_input', read.message);
  const { row } = read;
  return postgres.transaction(`operator.${verb}`, async (sql): Promise<PutOutcome> => {
    await lockOperator(sql);
    const [fault] = await kind.check(sql, [row]);
    if (fault !== undefined) return refused(fault.code, fault.message);
    if (mustExist !== undefined) {
      const [would] = await kind.write(sql, [row], { actor, verb, apply: false });
      if (would?.status === 'created') return refused('unknown_subject', mustExist);
    }
    const [written] = await kind.write(sql, [row], { actor, verb, apply: true });
    const status = written?.status ?? 'unchanged';
    return { status, subject: kind.keys(row)[0] ?? '', changed: status === 'unchanged' ? [] : kind.changes(row) };
  });
}
