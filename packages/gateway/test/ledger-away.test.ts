// money.md *deadline* and *always answer*: when PostgreSQL refuses, stalls or breaks off, callers are answered while it
// still does, with what the operator chose; what was committed meanwhile is booked once and found again by its token.
import type { FaultProxy } from '@freeway/testkit/fault-proxy';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { behindProxy } from './behind-proxy.ts';
import { holdCommits } from './hold-commits.ts';
import { jitRequest } from './message.ts';
import { type Answer, type Customer, openWorld, type TestGateway, type World } from './open-world.ts';
import { tally } from './tally.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

/** The deadline is 500 ms; no test measures it, each looks whether the answer came while the fault lasted. */
const SOON = { MARQETA_TIMEOUT_MS: '1000', NETWORK_ALLOWANCE_MS: '500' };

const said = ({ status, funding }: Answer) => funding?.['decline_reason'] ?? status;

describe.skipIf(serverUrl === undefined)('while PostgreSQL cannot answer', () => {
  let world: World;
  let proxy: FaultProxy;
  /** Ask for a 5xx, decline, or wait long. All reach PostgreSQL through the proxy. */
  let erring: TestGateway;
  let declining: TestGateway;
  let patient: TestGateway;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
    const behind = await behindProxy(world.database.url);
    proxy = behind.proxy;
    const env = { DATABASE_URL: behind.url, COMMIT_IN_FLIGHT: '1' };
    erring = await world.gateway({ ...env, ...SOON });
    declining = await world.gateway({ ...env, ...SOON, LEDGER_UNAVAILABLE: 'decline' });
    patient = await world.gateway({ ...env, COMMIT_BATCH_MAX: '2', COMMIT_QUEUE_MAX: '2' });
  });
  afterEach(async () => {
    await proxy.forward();
    for (const gateway of [erring, declining, patient]) await warm(gateway);
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
    await proxy.close();
  });

  let customers = 0;
  const newCustomer = () => world.customer(`away-${++customers}`);
  const held = async ({ accountId }: Customer) => (await world.balances(accountId)).held;
  const approvals = async ({ user }: Customer) =>
    (await world.sql`select transaction_token, approved from decisions where owner_token = ${user} and approved`)
      .length;
  const isCommitted = async (transaction: string) => {
    const [row] = await world.sql`select approved from decisions where transaction_token = ${transaction}`;
    return row?.['approved'] as boolean | undefined;
  };

  /** Asks until PostgreSQL is reached again; the facts of a customer of its own are in the caches then. */
  async function warm(gateway: TestGateway, customer?: Customer): Promise<Customer> {
    const known = customer ?? (await newCustomer());
    await vi.waitFor(async () => expect((await gateway.ask({ ...known, amount: '0' })).status).toBe(200), {
      timeout: 15_000,
    });
    return known;
  }
  const bothWays = () => [
    { gateway: erring, answer: 503 },
    { gateway: declining, answer: 'TRANSACTION_NOT_PERMITTED' },
  ];

  it('refused: answered as the operator chose, nothing booked; once it is back, as ever', async () => {
    for (const { gateway, answer } of bothWays()) {
      const customer = await warm(gateway);
      await proxy.refuse();
      const asks = Array.from({ length: 20 }, (_, index) => ({ ...customer, amount: '1.00', jit: `refused-${index}` }));
      const answers = await Promise.all(asks.map((ask) => gateway.ask(ask)));
      expect(answers.map(said)).toEqual(answers.map(() => answer));
      expect(await approvals(customer)).toBe(1);
      await proxy.forward();
      await warm(gateway, customer);
      expect(await held(customer)).toBe(0n);
    }
  });

  it('a 5xx is a problem body, counted by its cause; a decline is an answer like any other', async () => {
    await proxy.refuse();
    const [problem, decline] = await Promise.all([
      erring.ask({ user: 'u', card: 'c', jit: 'j-problem' }),
      declining.ask({ user: 'u', card: 'c', jit: 'j-decline' }),
    ]);
    expect(problem.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(problem.text)).toMatchObject({ status: 503, type: 'urn:freeway:ledger-unavailable' });
    expect(decline.funding).toEqual({
      token: 'j-decline',
      method: 'pgfs.authorization',
      user_token: 'u',
      acting_user_token: 'u',
      amount: 10,
      decline_reason: 'TRANSACTION_NOT_PERMITTED',
    });
    const counted = await erring.metric('freeway_authorizations_unavailable_total', { code: 'unavailable' });
    expect(
      counted + (await erring.metric('freeway_authorizations_unavailable_total', { code: 'bug' })),
    ).toBeGreaterThan(0);
  });

  it('stalled with cold caches: answered while it stalls', async () => {
    for (const { gateway, answer } of bothWays()) {
      const customer = await newCustomer();
      proxy.stall();
      expect(said(await gateway.ask(customer))).toBe(answer);
      await proxy.forward();
      await warm(gateway);
      expect(await approvals(customer)).toBe(0);
    }
  });

  it('stalled: what was not sent when its deadline passed is never started', async () => {
    const unavailable = (code: string) => erring.metric('freeway_authorizations_unavailable_total', { code });
    const [first, others] = [await warm(erring), await warm(erring)];
    const before = { unknown: await unavailable('outcome_unknown'), unavailable: await unavailable('unavailable') };
    proxy.stall();
    const sent = erring.ask({ ...first, amount: '1.00', transaction: 'stalled-sent' });
    await vi.waitFor(() => expect(erring.authorizer.ledger.statistics().inFlight).toBe(1));
    const waiting = Array.from({ length: 10 }, () => erring.ask({ ...others, amount: '1.00' }));
    const answers = await Promise.all([sent, ...waiting]);
    expect(tally(answers)).toEqual({ 503: 11 });
    expect(await unavailable('outcome_unknown')).toBe(before.unknown + 1);
    expect(await unavailable('unavailable')).toBe(before.unavailable + 10);
    await proxy.forward();
    await erring.authorizer.ledger.drained();
    expect([await held(first), await held(others)]).toEqual([100n, 0n]);
    expect(await approvals(others)).toBe(1);
  });

  it('stalled: what lands after a 5xx is kept, and the same message is answered with it', async () => {
    const customer = await warm(erring);
    const body = jitRequest({ ...customer, amount: '2.00', transaction: 'late-kept' });
    proxy.stall();
    expect((await erring.post(body)).status).toBe(503);
    await proxy.forward();
    await erring.authorizer.ledger.drained();
    expect(await isCommitted('late-kept')).toBe(true);
    expect((await erring.post(body)).status).toBe(200);
    expect(await held(customer)).toBe(200n);
  });

  it('stalled: more than may wait is answered at once, and the others when PostgreSQL goes on', async () => {
    const customer = await warm(patient);
    const { ledger } = patient.authorizer;
    proxy.stall();
    const sent = patient.ask({ ...customer, amount: '1.00' });
    await vi.waitFor(() => expect(ledger.statistics()).toEqual({ inFlight: 1, queued: 0 }));
    const waiting = [patient.ask({ ...customer, amount: '1.00' }), patient.ask({ ...customer, amount: '1.00' })];
    await vi.waitFor(() => expect(ledger.statistics()).toEqual({ inFlight: 1, queued: 2 }));
    const tooMany = await Promise.all(Array.from({ length: 5 }, () => patient.ask({ ...customer, amount: '1.00' })));
    expect(tally(tooMany)).toEqual({ 503: 5 });
    expect(ledger.statistics()).toEqual({ inFlight: 1, queued: 2 });
    await proxy.forward();
    expect(tally(await Promise.all([sent, ...waiting]))).toEqual({ approved: 3 });
    expect(await held(customer)).toBe(300n);
  });

  it('broken off in the middle of a commit: asked again by token, answered with what was committed', async () => {
    const customer = await warm(patient);
    const commits = await holdCommits(world, customer.accountId);
    const answer = patient.ask({ ...customer, amount: '3.00', transaction: 'cut-once' });
    await commits.reached();
    proxy.cut();
    // The server does not know that its client is gone, and goes on.
    await commits.release();
    expect(said(await answer)).toBe(200);
    expect([await held(customer), await approvals(customer)]).toEqual([300n, 2]);
  });

  it('broken off in the middle of a commit and gone: the message is answered once it is back, booked once', async () => {
    const customer = await warm(patient);
    const commits = await holdCommits(world, customer.accountId);
    const body = jitRequest({ ...customer, amount: '4.00', transaction: 'cut-gone' });
    const answer = patient.post(body);
    await commits.reached();
    await proxy.refuse();
    await commits.release();
    await vi.waitFor(async () => expect(await isCommitted('cut-gone')).toBe(true), { timeout: 10_000 });
    await proxy.forward();
    expect(said(await answer)).toBe(200);
    expect((await patient.post(body)).text).toBe((await answer).text);
    expect([await held(customer), await approvals(customer)]).toEqual([400n, 2]);
  });

  it('broken off again and again under load: every message is answered in the end, and booked once', async () => {
    const customer = await warm(erring);
    const bodies = Array.from({ length: 300 }, () => jitRequest({ ...customer, amount: '1.00' }));
    let open = [...bodies];
    for (let round = 0; open.length > 0; round++) {
      expect(round).toBeLessThan(50);
      const asked = open.map((body) => erring.post(body).then((answer) => ({ body, status: answer.status })));
      if (round < 5) {
        await Promise.race(asked);
        proxy.cut();
      }
      const answers = await Promise.all(asked);
      expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
      open = answers.filter(({ status }) => status === 503).map(({ body }) => body);
    }
    expect([await held(customer), await approvals(customer)]).toEqual([30_000n, 301]);
  });
});
