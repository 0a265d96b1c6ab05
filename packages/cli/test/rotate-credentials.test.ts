// Credentials are rotated as docs/rotate-credentials.md says, while Marqeta goes on asking and telling: nothing is refused.
import { openAccount, putCard, putOwner, verifyLedger } from '@freeway/postgres';
import { openTestDatabase, type TestDatabase } from '@freeway/postgres/testing';
import { createExchange, purchaseText, signatureHeader } from '@freeway/simulator';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RollingPair, startPair } from './rolling-pair.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** What Marqeta presents. */
interface Presented {
  readonly username: string;
  readonly password: string;
  readonly secret: string;
}

const OLD: Presented = {
  username: 'marqeta',
  password: 'The-old-one-0123456789',
  secret: 'the-old-secret-of-webhooks',
};
const NEW: Presented = {
  username: 'marqeta-2',
  password: 'The-new-one-0123456789',
  secret: 'the-new-secret-of-webhooks',
};

const first = ({ username, password, secret }: Presented) => ({
  JIT_BASIC_AUTH_USERNAME: username,
  JIT_BASIC_AUTH_PASSWORD: password,
  WEBHOOK_BASIC_AUTH_USERNAME: username,
  WEBHOOK_BASIC_AUTH_PASSWORD: password,
  WEBHOOK_SIGNATURE_SECRET: secret,
});
const next = ({ username, password, secret }: Presented) => ({
  JIT_BASIC_AUTH_USERNAME_NEXT: username,
  JIT_BASIC_AUTH_PASSWORD_NEXT: password,
  WEBHOOK_BASIC_AUTH_USERNAME_NEXT: username,
  WEBHOOK_BASIC_AUTH_PASSWORD_NEXT: password,
  WEBHOOK_SIGNATURE_SECRET_NEXT: secret,
});

function total(answers: Readonly<Record<string, number>>, what: string): number {
  return Object.entries(answers).reduce((sum, [name, times]) => sum + (name.startsWith(what) ? times : 0), 0);
}

/** Marqeta, which asks and tells without a pause; each of its parts may have heard of a change, or not. */
function startMarqeta(gateways: RollingPair, intakes: RollingPair) {
  let presents: readonly Presented[] = [OLD];
  const answers: Record<string, number> = {};
  const stop = new AbortController();
  let turn = 0;
  const count = (what: string, status: number | string) =>
    (answers[`${what} ${status}`] = (answers[`${what} ${status}`] ?? 0) + 1);
  const send = async (url: string, body: string, by: Presented, headers: Record<string, string> = {}) => {
    const exchange = createExchange({ url, credentials: by, timeoutMs: 20_000 });
    const outcome = await exchange.send(body, headers);
    await exchange.close();
    return outcome.kind === 'answered' ? outcome.answer.status : outcome.kind;
  };
  const ask = async (by: Presented) => {
    const token = randomUUID();
    const body = purchaseText({ userToken: 'ada', cardToken: 'ada-card', currency: 'EUR', amount: '0.01', token });
    return send(`${gateways.pick()}/v1/jit`, body, by);
  };
  const tell = async (by: Presented) => {
    const body = JSON.stringify({
      cardtransitions: [{ token: randomUUID(), card_token: 'ada-card', state: 'ACTIVE' }],
    });
    const signed = signatureHeader(body, { secret: by.secret, algorithm: 'HMAC_SHA_256' });
    return send(`${intakes.pick()}/v1/webhooks/marqeta`, body, by, signed);
  };
  const whoNext = (): Presented => presents[turn++ % presents.length] as Presented;
  const loops = Promise.all(
    [ask, tell].flatMap((act) =>
      [1, 2].map(async () => {
        while (!stop.signal.aborted) count(act === ask ? 'asked' : 'told', await act(whoNext()));
      }),
    ),
  );
  return {
    answers,
    ask,
    tell,
    /** Goes on until that many more of each have been answered. */
    async goOn(more: number) {
      const [asked, told] = [total(answers, 'asked'), total(answers, 'told')];
      while (total(answers, 'asked') < asked + more || total(answers, 'told') < told + more)
        await new Promise((resolve) => setTimeout(resolve, 10));
    },
    present: (those: readonly Presented[]) => void (presents = those),
    async stop() {
      stop.abort();
      await loops;
    },
  };
}

describe.skipIf(serverUrl === undefined)('credentials are rotated under load', { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let folder: string;
  let gateways: RollingPair;
  let intakes: RollingPair;
  const settings = (env: Record<string, string>) => ({
    ...env,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'fatal',
    MARQETA_TIMEOUT_MS: '7000',
    MAX_EVENT_LOOP_DELAY_MS: '60000',
  });
  const restartAll = async (env: Record<string, string>) => {
    const codes = await Promise.all([gateways.restart(settings(env)), intakes.restart(settings(env))]);
    expect(codes).toEqual([
      [0, 0],
      [0, 0],
    ]);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freeway-rotate-'));
    database = await openTestDatabase(serverUrl ?? '');
    const { postgres } = database;
    await putOwner(postgres, 'user', { token: 'ada' }, 'tests');
    await openAccount(postgres, { user: 'ada', currency: 'EUR', opening_balance: '10000.00' }, 'tests');
    await putCard(postgres, { token: 'ada-card', user: 'ada' }, 'tests');
    const options = { cwd: folder, env: settings(first(OLD)) };
    [gateways, intakes] = await Promise.all([startPair('gateway', options), startPair('intake', options)]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([gateways.stop(), intakes.stop()]);
    await database.close();
    rmSync(folder, { recursive: true });
  });

  test('both pairs, then Marqeta, then the new pair alone: every request is answered, none refused', async () => {
    const marqeta = startMarqeta(gateways, intakes);
    await marqeta.goOn(10);
    await restartAll({ ...first(OLD), ...next(NEW) });
    await marqeta.goOn(10);
    // Marqeta may use what it had for up to an hour (PROTOCOL 10.1).
    marqeta.present([OLD, NEW]);
    await marqeta.goOn(10);
    marqeta.present([NEW]);
    await marqeta.goOn(10);
    await restartAll(first(NEW));
    await marqeta.goOn(10);
    await marqeta.stop();
    expect(Object.keys(marqeta.answers).toSorted()).toEqual(['asked 200', 'told 200']);
    const [stored] = await database.postgres.sql`select count(*)::integer as approved from decisions where approved`;
    expect(stored).toEqual({ approved: marqeta.answers['asked 200'] });
    // What was rotated out is worth nothing any more.
    expect([
      await marqeta.ask(OLD),
      await marqeta.tell(OLD),
      await marqeta.tell({ ...NEW, secret: OLD.secret }),
    ]).toEqual([401, 401, 401]);
    expect((await verifyLedger(database.postgres)).filter(({ ok }) => !ok)).toEqual([]);
  });
});
