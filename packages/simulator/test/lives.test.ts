import { afterEach, describe, expect, it } from 'vitest';
import { buildProgramme, createLives, createModel, createPlayer, DEFAULT_MIX } from '../src/index.ts';
import { startTinyGateway, type Funding, type Mishap, type TinyGateway } from './tiny-gateway.ts';
import { startTinyIntake, type TinyIntake } from './tiny-intake.ts';
import type { Lives, LivesOptions, Model, PlayOptions, Programme, TrafficMix, TrafficReport } from '../src/index.ts';

const credentials = { username: 'freeway', password: 'not-a-Secret-7' };
const NONE = Object.fromEntries(Object.keys(DEFAULT_MIX).map((name) => [name, 0])) as unknown as TrafficMix;
const MIX: TrafficMix = { ...NONE, authorization: 8, pin_debit: 2, increment: 2, repeat: 1, token_reuse: 1 };

/** Rich accounts in dollars without limits: the tiny gateway knows nothing of records, and always has enough. */
const plain: Programme = (() => {
  const { users, cards, accounts } = buildProgramme({ seed: 5, users: 60 });
  const dollars = accounts.filter(({ owner, currency }) => owner.kind === 'user' && currency === 'USD');
  const owners = new Set(dollars.map(({ owner }) => owner.token));
  return {
    users: users.map(({ token }) => ({ token, state: 'active', blocked: false })),
    businesses: [],
    accounts: dollars.map((each) => ({ ...each, openingMinor: 10n ** 12n, creditLineMinor: 0n, state: 'open' })),
    cards: cards
      .filter(({ payer, userToken }) => owners.has(payer.token) && payer.token === userToken)
      .map(({ block: _block, ...card }) => ({ ...card, state: 'active', expires: '2040-01', blockedCategories: [] })),
    limits: [],
  };
})();

let gateway: TinyGateway;
let intake: TinyIntake;
afterEach(async () => {
  await gateway.close();
  await intake.close();
});

interface Played {
  readonly report: TrafficReport;
  readonly model: Model;
  readonly lives: Lives;
}

/** Plays `messages`, then lets every life end. */
async function play(
  messages: number,
  changes: { lives?: Partial<LivesOptions>; player?: Partial<PlayOptions>; mishap?: (funding: Funding) => Mishap } = {},
): Promise<Played> {
  gateway = await startTinyGateway(plain, undefined, changes.mishap);
  intake = await startTinyIntake();
  const model = createModel(plain);
  const webhooks = { url: intake.url, credentials, duplicates: 0.1, reorder: 0.2, reorderMs: 50, secondMs: 1 };
  const lives = createLives({ webhooks, programme: plain, model, seed: 'test', dayMs: 20, ...changes.lives });
  const stop = new AbortController();
  let finished = 0;
  const player = createPlayer({
    url: gateway.url,
    credentials,
    ratePerSecond: 500,
    programme: plain,
    seed: 1,
    runId: 'test',
    mix: MIX,
    signal: stop.signal,
    model,
    lives,
    ...changes.player,
    onOutcome() {
      if (++finished === messages) stop.abort();
    },
  });
  const report = await player.run();
  await lives.finish();
  return { report, model, lives };
}

// oxlint-disable-next-line typescript/no-explicit-any -- bodies are looked into by path
function told(category = 'transactions'): any[] {
  return intake.received.flatMap(({ body }) => JSON.parse(body)[category] ?? []);
}

describe('playing whole lives', () => {
  it('tells the record of every transaction, and what follows the approved ones', async () => {
    const { report, model, lives } = await play(500, { lives: { dayMs: 200, conduct: { unasked: 0.2 } } });
    expect(report.wrongAnswers).toEqual([]);
    expect(report.unanswered).toBe(0);
    const { webhooks, records, underWay } = lives.report();
    expect(underWay).toBe(0);
    expect(webhooks).toMatchObject({ waiting: 0, dropped: 0 });
    expect(webhooks.duplicates).toBeGreaterThan(0);
    const kinds = [
      'authorization',
      'authorization.clearing',
      'authorization.incremental',
      'authorization.reversal',
      'authorization.advice',
      'pindebit',
      'refund',
    ];
    expect(kinds.filter((type) => records[type] === undefined)).toEqual([]);
    const identifiers = told().map(({ identifier }) => identifier);
    expect(identifiers).not.toEqual(identifiers.toSorted());
    // Nearly everything is over: what is still held is far less than what was authorized.
    const balances = [...model.expectedBalances()];
    expect(balances.every(({ certain }) => certain)).toBe(true);
    const held = balances.reduce((sum, { heldMinor }) => sum + heldMinor, 0n);
    const authorized = [...gateway.held.values()].reduce((sum, each) => sum + each, 0n);
    expect(held).toBeLessThan(authorized / 2n);
  });

  it('tells in the last record of an account what the model holds on it', async () => {
    const { model } = await play(200, { lives: { conduct: { unasked: 0, fundingLegs: 0 } } });
    const last = new Map<string, { identifier: bigint; held: number }>();
    for (const { identifier, user_token, gpa } of told()) {
      const number = BigInt(identifier);
      if ((last.get(user_token)?.identifier ?? -1n) < number)
        last.set(user_token, { identifier: number, held: gpa.ledger_balance });
    }
    expect(last.size).toBeGreaterThan(5);
    for (const { owner, heldMinor } of model.expectedBalances()) {
      const found = last.get(owner.token);
      if (found !== undefined) expect(BigInt(Math.round(Number(found.held) * 100))).toBe(heldMinor);
    }
  });

  it('lets the platform decide where no answer counts, and is certain all the same', async () => {
    let asked = 0;
    const mishaps: Mishap[] = ['unavailable', 'reset', 'booked_then_reset'];
    const mishap = (): Mishap => (++asked % 10 === 0 ? mishaps[asked % 3]! : 'answer');
    const conduct = { commando: 0.5, repeats: 0.3, judgedLate: 0.05, unasked: 0 };
    const { report, model } = await play(300, { lives: { conduct }, mishap });
    expect(report.wrongAnswers).toEqual([]);
    expect(report.unanswered).toBeGreaterThan(5);
    expect(report.recovered).toBeGreaterThan(0);
    const records = told();
    expect(records.filter(({ standin_by }) => standin_by === 'COMMANDO_AUTO').length).toBeGreaterThan(0);
    const logs = records.map(({ gpa_order }) => gpa_order?.funding.gateway_log).filter(Boolean);
    expect(logs.some(({ timed_out }) => timed_out)).toBe(true);
    expect(logs.some(({ message }) => message === 'Connection error')).toBe(true);
    for (const { certain } of model.expectedBalances()) expect(certain).toBe(true);
  });

  it('suspends cards and users for a while, and reinstates them later by their clocks', async () => {
    await play(150, { lives: { conduct: { transitions: 0.3 } } });
    const byCard = Map.groupBy([...told('cards'), ...told('cardtransitions')], ({ card_token }) => card_token);
    const byUser = Map.groupBy([...told('users'), ...told('usertransitions')], ({ user_token }) => user_token);
    expect(byCard.size + byUser.size).toBeGreaterThan(3);
    for (const moves of [...byCard.values(), ...byUser.values()]) {
      const inOrder = moves.toSorted((a, b) => (a.created_time < b.created_time ? -1 : 1));
      const states = [...new Map(inOrder.map((each) => [each.token, each.state ?? each.status])).values()];
      expect(states.slice(0, 2)).toEqual(['SUSPENDED', 'ACTIVE']);
      expect(states.at(-1)).toBe('ACTIVE');
    }
  });

  it('knows no account any more whose notification was lost', async () => {
    gateway = await startTinyGateway(plain);
    intake = await startTinyIntake(() => 503);
    const model = createModel(plain);
    const webhooks = { url: intake.url, credentials, secondMs: 0 };
    const lives = createLives({ webhooks, programme: plain, model, seed: 'lost', conduct: { unasked: 0 } });
    const player = createPlayer({
      url: gateway.url,
      credentials,
      ratePerSecond: 200,
      durationMs: 100,
      programme: plain,
      seed: 1,
      mix: { ...NONE, authorization: 1 },
      model,
      lives,
    });
    const { answered } = await player.run();
    await lives.finish();
    expect(answered).toBeGreaterThan(0);
    expect(lives.report().webhooks.dropped).toBeGreaterThan(0);
    expect([...model.expectedBalances()].some(({ certain }) => !certain)).toBe(true);
  });
});
