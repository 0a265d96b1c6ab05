// The platform's changes of state on a real PostgreSQL: by their own times, whatever the order they come in.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyTransitions, type StateTransition } from '../src/apply-transitions.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

const to = (token: string, state: 'unactivated' | 'active' | 'suspended' | 'terminated', createdAtMs: number) =>
  ({ subject: 'card', token, state, createdAtMs }) as const satisfies StateTransition;

describe.skipIf(serverUrl === undefined)('transitions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase(serverUrl ?? '');
  });
  afterAll(() => database.close());

  let names = 0;
  const newCard = async (block?: string) => {
    const token = `card-${++names}`;
    await database.postgres.sql`insert into cards (token, block) values (${token}, ${block ?? null})`;
    return token;
  };
  const cardRow = async (token: string) => {
    const [row] = await database.postgres.sql`select state, block, version from cards where token = ${token}`;
    return row;
  };
  const apply = async (...transitions: StateTransition[]) =>
    (await applyTransitions(database.postgres, transitions)).outcomes;
  it('an older one has no effect, and a final state stays', async () => {
    const token = await newCard();
    expect(await apply(to(token, 'suspended', 2000))).toEqual(['applied']);
    expect(await apply(to(token, 'active', 1000))).toEqual(['older']);
    expect(await apply(to(token, 'active', 3000), to(token, 'terminated', 4000))).toEqual(['applied', 'applied']);
    expect(await apply(to(token, 'active', 5000), to('nobody', 'active', 1))).toEqual(['older', 'unknown']);
    expect((await cardRow(token))?.['state']).toBe('terminated');
  });

  it('names the facts that caches must forget, and raises the version, which the commit compares', async () => {
    const token = await newCard('lost');
    const before = await cardRow(token);
    const { changed } = await applyTransitions(database.postgres, [to(token, 'suspended', 1000)]);
    expect(changed).toEqual([{ kind: 'card', key: token }]);
    const after = await cardRow(token);
    expect(BigInt(after?.['version'])).toBeGreaterThan(BigInt(before?.['version']));
    expect(after).toMatchObject({ state: 'suspended', block: 'lost' });
  });

  it('changes owners of the kind that it names', async () => {
    const { sql } = database.postgres;
    await sql`insert into owners (kind, token) values ('user', 'both'), ('business', 'both')`;
    const change = { subject: 'business', token: 'both', state: 'suspended', createdAtMs: 1000 } as const;
    expect((await applyTransitions(database.postgres, [change])).outcomes).toEqual(['applied']);
    const rows = await sql`select kind, state from owners where token = 'both' order by kind`;
    expect(rows.map((row) => `${row['kind']} ${row['state']}`)).toEqual(['business suspended', 'user active']);
  });

  it('every order and every division into batches ends equal, also of two that happened at one moment', async () => {
    const change = fc.record({
      state: fc.constantFrom('unactivated', 'active', 'suspended', 'terminated'),
      createdAtMs: fc.integer({ min: 1, max: 4 }),
    });
    const shuffled = fc.array(change, { minLength: 1, maxLength: 6 }).chain((changes) =>
      fc.record({
        changes: fc.constant(changes),
        others: fc.shuffledSubarray(changes, { minLength: changes.length }),
        size: fc.integer({ min: 1, max: 6 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ changes, others, size }) => {
        const ends: unknown[] = [];
        for (const [order, batch] of [
          [changes, 6],
          [others, size],
        ] as const) {
          const token = await newCard();
          const transitions = order.map(({ state, createdAtMs }) => to(token, state, createdAtMs));
          for (let from = 0; from < transitions.length; from += batch)
            await applyTransitions(database.postgres, transitions.slice(from, from + batch));
          ends.push((await cardRow(token))?.['state']);
        }
        expect(ends[1]).toBe(ends[0]);
      }),
      { numRuns: 60 },
    );
  });
});
