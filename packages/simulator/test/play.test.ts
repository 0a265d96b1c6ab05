import { afterEach, describe, expect, it } from 'vitest';
import { buildProgramme, createModel, createPlayer, DEFAULT_MIX, playTraffic } from '../src/index.ts';
import { startTinyGateway } from './tiny-gateway.ts';
import type { Funding, Mishap, TinyAnswer, TinyGateway } from './tiny-gateway.ts';
import type { Model, PlayOptions, Programme, TrafficMix, TrafficReport } from '../src/index.ts';

const NONE = Object.fromEntries(Object.keys(DEFAULT_MIX).map((name) => [name, 0])) as unknown as TrafficMix;
const MIX: TrafficMix = {
  ...NONE,
  authorization: 6,
  pin_debit: 2,
  repeat: 2,
  new_message: 1,
  token_reuse: 1,
  unknown_card: 1,
  balance_inquiry: 2,
  over_limit: 1,
};
const credentials = { username: 'freeway', password: 'not-a-Secret-7' };

/** Users whose accounts are open and in dollars, without limits: what the tiny gateway understands. */
const plain: Programme = (() => {
  const { users, cards, accounts } = buildProgramme({ seed: 5, users: 150 });
  const dollars = accounts.filter(({ owner, currency }) => owner.kind === 'user' && currency === 'USD');
  const owners = new Set(dollars.map(({ owner }) => owner.token));
  return {
    users: users.map(({ token }) => ({ token, state: 'active', blocked: false })),
    businesses: [],
    accounts: dollars.map((account) => ({ ...account, creditLineMinor: 0n, state: 'open' })),
    cards: cards
      .filter(({ payer, userToken }) => owners.has(payer.token) && payer.token === userToken)
      .map(({ block: _block, ...card }) => ({ ...card, state: 'active', expires: '2040-01', blockedCategories: [] })),
    limits: [],
  };
})();

let gateway: TinyGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

interface Played {
  readonly report: TrafficReport;
  readonly model: Model;
}

/** Plays until `messages` were finished. */
async function play(messages: number, options: Partial<PlayOptions> = {}): Promise<Played> {
  const model = options.model ?? createModel(plain);
  const stop = new AbortController();
  let finished = 0;
  const report = await playTraffic({
    url: gateway!.url,
    credentials,
    ratePerSecond: 800,
    programme: plain,
    seed: 1,
    runId: 'test',
    mix: MIX,
    signal: stop.signal,
    ...options,
    model,
    onOutcome(outcome) {
      options.onOutcome?.(outcome);
      if (++finished === messages) stop.abort();
    },
  });
  return { report, model };
}

describe('playing against a gateway that is right', () => {
  it('finds nothing wrong, and agrees with it on every balance', async () => {
    gateway = await startTinyGateway(plain);
    const { report, model } = await play(600);
    expect(report.wrongAnswers).toEqual([]);
    expect(report.wrong).toBe(0);
    expect(report.sent).toBeGreaterThanOrEqual(600);
    expect(report.answered).toBe(report.sent);
    expect(report.inFlight).toBe(0);
    const declined = Object.values(report.declined).reduce((total, count) => total + count, 0);
    expect(report.approved + declined).toBe(report.answered);
    expect(report.declined['INSUFFICIENT_FUNDS']).toBeGreaterThan(0);
    expect(report.declined['INVALID_CARD']).toBeGreaterThan(0);
    expect(report.declined['TRANSACTION_NOT_PERMITTED']).toBeGreaterThan(0);
    expect(report.plays['repeat']).toBeGreaterThan(0);
    for (const { owner, heldMinor, certain } of model.expectedBalances()) {
      expect(certain).toBe(true);
      expect(heldMinor).toBe(gateway.held.get(owner.token) ?? 0n);
    }
    const { p50, p95, p99, max } = report.latencyMs;
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].toSorted((a, b) => a - b));
    expect(p50).toBeGreaterThan(0);
  });

  it('authenticates, and sends the custom headers along', async () => {
    gateway = await startTinyGateway(plain);
    await play(5, { headers: { 'x-gateway-key': 'k' } });
    const authorization = `Basic ${Buffer.from('freeway:not-a-Secret-7').toString('base64')}`;
    expect(gateway.received.length).toBeGreaterThanOrEqual(5);
    for (const headers of gateway.received) expect(headers).toMatchObject({ authorization, 'x-gateway-key': 'k' });
  });

  it('stops by itself, and shows where it stands meanwhile', async () => {
    gateway = await startTinyGateway(plain);
    const options = { url: gateway.url, credentials, ratePerSecond: 200, programme: plain, seed: 1, mix: MIX };
    const seen: number[] = [];
    const player = createPlayer({
      ...options,
      model: createModel(plain),
      durationMs: 300,
      onOutcome: () => seen.push(player.statistics().sent),
    });
    const report = await player.run();
    expect(seen[0]).toBeGreaterThan(0);
    expect(report.sent).toBe(report.answered);
    expect(player.statistics().sent).toBe(report.sent);
  });
});

type Tamper = (answer: TinyAnswer, funding: Funding, repeated: boolean) => void;

describe('playing against a gateway that is wrong', () => {
  it.each<[string, Tamper, fault: string]>([
    [
      'approves what it must decline',
      (answer) => {
        if (answer.status !== 402) return;
        answer.status = 200;
        delete answer.jit_funding['decline_reason'];
      },
      'status 200, expected 402',
    ],
    [
      'declines what it must approve',
      (answer) => {
        if (answer.status !== 200) return;
        answer.status = 402;
        answer.jit_funding['decline_reason'] = 'INSUFFICIENT_FUNDS';
      },
      'status 402, expected 200',
    ],
    [
      'gives another reason',
      (answer) => {
        if (answer.status === 402) answer.jit_funding['decline_reason'] = 'SUSPECTED_FRAUD';
      },
      'decline_reason SUSPECTED_FRAUD, expected',
    ],
    ['gives no reason', (answer) => void delete answer.jit_funding['decline_reason'], 'decline_reason is missing'],
    ['echoes another token', (answer) => void (answer.jit_funding['token'] = 'x'), "token is not the request's"],
    ['echoes another amount', (answer) => void (answer.jit_funding['amount'] = 0.01), "amount is not the request's"],
    ['leaves the method out', (answer) => void delete answer.jit_funding['method'], "method is not the request's"],
    [
      'copies a member of the request',
      (answer) => void (answer.jit_funding['address_verification'] = {}),
      'member jit_funding.address_verification is not allowed',
    ],
    [
      'shows a balance that is off by a cent',
      (answer) => {
        const balances = answer.jit_funding['balances'] as { USD: { available_balance: number } } | undefined;
        if (balances) balances.USD.available_balance += 0.01;
      },
      'balances.USD.available_balance',
    ],
    [
      'answers a repeat otherwise',
      (answer, _funding, repeated) => {
        if (repeated) answer.jit_funding['memo'] = 'again';
      },
      'body differs from the first answer',
    ],
    ['answers with a third status', (answer) => void (answer.status = 422), 'status 422, expected'],
  ])('notices a gateway that %s', async (_name, tamper, fault) => {
    gateway = await startTinyGateway(plain, tamper);
    const { report } = await play(150);
    expect(report.wrong).toBeGreaterThan(0);
    expect(report.wrongAnswers.length).toBeLessThanOrEqual(5);
    expect(report.wrongAnswers[0]?.faults.join('\n')).toContain(fault);
  });

  it('reports one wrong approval once, in full and masked', async () => {
    let tampered: string | undefined;
    gateway = await startTinyGateway(plain, (answer, { transaction }) => {
      if (answer.status !== 402 || (tampered !== undefined && tampered !== transaction)) return;
      if (answer.jit_funding['decline_reason'] !== 'INVALID_CARD') return;
      tampered = transaction;
      answer.status = 200;
      delete answer.jit_funding['decline_reason'];
    });
    // No money moves in this mix: the gateway did not book what it was made to approve.
    const mix = { ...NONE, unknown_card: 2, repeat: 4, new_message: 2, token_reuse: 1 };
    const { report } = await play(300, { mix });
    expect(report.wrong).toBe(1);
    expect(report.wrongAnswers[0]).toMatchObject({
      status: 200,
      expected: '402 INVALID_CARD new',
      play: 'unknown_card',
    });
    expect(report.wrongAnswers[0]?.request).toContain('"card_token":"***"');
    expect(report.wrongAnswers[0]?.response).toContain('jit_funding');
  });
});

describe('playing against a gateway that does not answer', () => {
  it.each<[Mishap, (report: TrafficReport) => number]>([
    ['hang', ({ timeouts }) => timeouts],
    ['reset', ({ connectionErrors }) => sum(connectionErrors)],
    ['booked_then_reset', ({ connectionErrors }) => sum(connectionErrors)],
    ['unavailable', ({ serverErrors }) => serverErrors['503'] ?? 0],
  ])('sends the same message again after: %s', async (mishap, count) => {
    const met = new Set<string>();
    let requests = 0;
    gateway = await startTinyGateway(plain, undefined, ({ token }) => {
      if (met.has(token) || ++requests % 10 !== 0) return 'answer';
      met.add(token);
      return mishap;
    });
    const { report, model } = await play(100, { timeoutMs: 500, retry: { attempts: 10, pauseMs: 5 } });
    expect(count(report)).toBeGreaterThanOrEqual(met.size);
    expect(report.recovered).toBeGreaterThanOrEqual(met.size);
    expect(report.unanswered).toBe(0);
    expect(report.wrongAnswers).toEqual([]);
    for (const { owner, heldMinor } of model.expectedBalances())
      expect(heldMinor).toBe(gateway.held.get(owner.token) ?? 0n);
  });

  it('gives up in the end, says which accounts are uncertain, and leaves them alone', async () => {
    const lost = new Set<string>();
    gateway = await startTinyGateway(plain, undefined, ({ user_token, token }) => {
      if (lost.size === 0) lost.add(`${user_token} ${token}`);
      return lost.has(`${user_token} ${token}`) ? 'booked_then_reset' : 'answer';
    });
    const { report, model } = await play(200, {
      mix: { ...NONE, authorization: 1 },
      retry: { attempts: 3, pauseMs: 1 },
    });
    expect(report.unanswered).toBe(1);
    expect(report.wrongAnswers).toEqual([]);
    const uncertain = [...model.expectedBalances()].filter(({ certain }) => !certain);
    expect(uncertain.map(({ owner }) => owner.token)).toEqual([...lost].map((key) => key.split(' ')[0]));
    expect(uncertain[0]?.heldMinor).toBeLessThanOrEqual(gateway.held.get(uncertain[0]!.owner.token)!);
  });

  it('reports a gateway that is not there', async () => {
    gateway = await startTinyGateway(plain);
    const { url } = gateway;
    await gateway.close();
    gateway = undefined;
    const player = createPlayer({
      url,
      credentials,
      ratePerSecond: 100,
      programme: plain,
      model: createModel(plain),
      seed: 1,
      mix: MIX,
      durationMs: 100,
      retry: { attempts: 2, pauseMs: 1 },
    });
    const report = await player.run();
    expect(report.answered).toBe(0);
    expect(report.unanswered).toBe(report.sent);
    expect(Object.keys(report.connectionErrors)).toContain('ECONNREFUSED');
  });
});

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
