// A gateway that is killed in the middle of a commit, and one that is told to stop: nothing is lost, nothing is twice.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exchange } from './http-client.ts';
import { holdCommits } from './hold-commits.ts';
import { jitRequest } from './message.ts';
import { openWorld, postJit, readMetric, type World } from './open-world.ts';
import { spawnGateway } from './spawn-gateway.ts';

const serverUrl = process.env['TEST_DATABASE_URL'];

describe.skipIf(serverUrl === undefined)('a gateway that ends', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(serverUrl ?? '');
  });
  afterAll(async () => {
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  const isCommitted = async (transaction: string) =>
    (await world.sql`select 1 from decisions where transaction_token = ${transaction} and approved`).length === 1;

  it('killed in the middle of a commit: the caller sees it break, another gateway answers with what was committed', async () => {
    const customer = await world.customer('killed');
    const doomed = await spawnGateway({ DATABASE_URL: world.database.url });
    const commits = await holdCommits(world, customer.accountId);
    const body = jitRequest({ ...customer, amount: '5.00', transaction: 'killed' });
    const broken = expect(postJit(doomed.url, body)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await commits.reached();
    expect(await doomed.end('SIGKILL')).toBe(null);
    await broken;
    await commits.release();
    await vi.waitFor(async () => expect(await isCommitted('killed')).toBe(true), { timeout: 10_000 });
    const [hold] = await world.sql`select confirmed from decisions where transaction_token = 'killed'`;
    expect(hold).toEqual({ confirmed: false });
    const survivor = await world.gateway();
    expect((await survivor.post(body)).status).toBe(200);
    expect(await world.balances(customer.accountId)).toMatchObject({ held: 500n });
  });

  it('told to stop in the middle of commits: they are answered, new ones are not taken, and it ends with 0', async () => {
    const customer = await world.customer('drained');
    const draining = await spawnGateway({ DATABASE_URL: world.database.url, COMMIT_IN_FLIGHT: '1' });
    const commits = await holdCommits(world, customer.accountId);
    const ask = () => postJit(draining.url, jitRequest({ ...customer, amount: '1.00' }));
    const first = ask();
    await commits.reached();
    const asked = [first, ...Array.from({ length: 9 }, ask)];
    const queued = () => readMetric(draining.url, 'freeway_commit_queue');
    await vi.waitFor(async () => expect(await queued()).toBe(9), { timeout: 10_000 });
    const ended = draining.end('SIGTERM');
    await vi.waitFor(
      () => expect(exchange(`${draining.url}/ready`, { method: 'GET' })).rejects.toThrow('ECONNREFUSED'),
      {
        timeout: 10_000,
      },
    );
    await commits.release();
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await ended).toBe(0);
    expect(await world.balances(customer.accountId)).toMatchObject({ held: 1000n });
  });

  it('told to stop while PostgreSQL hangs: it ends all the same, in time', async () => {
    const customer = await world.customer('hanging');
    const env = { DATABASE_URL: world.database.url, STOP_TIMEOUT_MS: '1000' };
    const hanging = await spawnGateway(env);
    const commits = await holdCommits(world, customer.accountId);
    const asked = postJit(hanging.url, jitRequest(customer)).then(
      ({ status }) => `answered ${status}`,
      (error: Error) => error.message,
    );
    await commits.reached();
    expect(await hanging.end('SIGTERM')).toBe(1);
    await commits.release();
    expect(await asked).toMatch(/answered 503|hang up|ECONNRESET/);
  });
});
