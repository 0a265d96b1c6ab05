// The edge in front of two gateways that are processes, while one dies and while both are restarted in turn.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Nginx, startNginx } from '../../src/nginx/start-nginx.ts';
import { program } from './edge.ts';
import { type Freeway, type GatewayProcess, openFreeway } from './freeway.ts';
import { askFor, type Outcome, startLoad } from './load.ts';

const serverUrl = process.env['TEST_DATABASE_URL'] ?? '';
const CONNECTIONS = 8;
/** Processes start and stop meanwhile, on whatever machine this is. */
const LONG_MS = 120_000;

interface Line {
  readonly request_id: string;
  readonly path: string;
  readonly status: number;
  readonly upstream: string;
  readonly upstream_status: string;
}

const notApproved = (outcomes: readonly Outcome[]) =>
  outcomes.filter(({ status }) => status !== 200).map(({ status, text }) => ({ status, text }));

describe.skipIf(program === '' || serverUrl === '')('two gateways behind the edge', () => {
  let freeway: Freeway;
  let gateways: [GatewayProcess, GatewayProcess];
  let nginx: Nginx;
  let port: number;

  beforeAll(async () => {
    freeway = await openFreeway(serverUrl);
    gateways = [await freeway.gateway(), await freeway.gateway()];
    await Promise.all(gateways.map((gateway) => gateway.start()));
    const addresses = [gateways[0].address, gateways[1].address] as const;
    nginx = await startNginx({ program, gateways: addresses, intake: '127.0.0.1:9' });
    port = nginx.ports.edge;
  }, LONG_MS);
  afterAll(async () => {
    await freeway.run('verify');
    await nginx.stop();
    await freeway.close();
  }, LONG_MS);

  const accessLog = async () => (await nginx.accessLog()).map((line) => JSON.parse(line) as Line);
  /** How many of the log's lines from one on were answered by each gateway. */
  async function answeredBy(from: number): Promise<readonly number[]> {
    const lines = (await accessLog()).slice(from);
    return gateways.map(({ address }) => lines.filter(({ upstream }) => upstream.endsWith(address)).length);
  }

  /** Until both are used: nginx tries one that failed again after a second or two. */
  async function untilBothAnswer(): Promise<void> {
    const from = (await nginx.accessLog()).length;
    await vi.waitFor(async () => expect(Math.min(...(await answeredBy(from)))).toBeGreaterThan(5), {
      timeout: 20_000,
      interval: 100,
    });
  }

  it('spreads the load', async () => {
    const load = startLoad(port, CONNECTIONS);
    await load.more(300);
    expect(notApproved(await load.end())).toEqual([]);
    const [first = 0, second = 0] = await answeredBy(0);
    expect(first + second).toBe(load.outcomes.length);
    expect(Math.min(first, second) / load.outcomes.length).toBeGreaterThan(0.25);
  });

  it(
    'loses nothing while both are restarted in turn',
    async () => {
      const from = (await nginx.accessLog()).length;
      const load = startLoad(port, CONNECTIONS);
      await load.more(100);
      for (const gateway of gateways) {
        expect(await gateway.end('SIGTERM')).toBe(0);
        await load.more(50);
        await gateway.start();
        await untilBothAnswer();
      }
      const outcomes = await load.end();
      // Each was answered 200, and a second upstream is only where the first could not be connected to.
      const lines = (await accessLog()).slice(from);
      expect(lines.filter(({ upstream_status }) => !/^(50[24], )*200$/.test(upstream_status))).toEqual([]);
      expect(notApproved(outcomes)).toEqual([]);
      const decided = await freeway.sql`select transaction_token from decisions`;
      const tokens = decided.map((row) => String(row['transaction_token']));
      expect(new Set(tokens).size).toBe(tokens.length);
      expect(tokens).toEqual(expect.arrayContaining(outcomes.map(({ purchase }) => purchase.token)));
    },
    LONG_MS,
  );

  it(
    'loses only what one had in hand when it was killed, and that is answered when it is asked again',
    async () => {
      const [killed] = gateways;
      const load = startLoad(port, CONNECTIONS);
      await load.more(100);
      await killed.end('SIGKILL');
      await load.more(200);
      const outcomes = await load.end();

      const lost = outcomes.filter(({ status }) => status !== 200);
      expect(lost.length).toBeLessThanOrEqual(CONNECTIONS);
      const lines = new Map((await accessLog()).map((line) => [line.request_id, line]));
      for (const { status, requestId } of lost) {
        expect(status).toBe(502);
        // sent to the one that was killed, and to nobody else
        expect(lines.get(requestId)).toMatchObject({ upstream: killed.address, upstream_status: '502' });
      }

      for (const { purchase, status, text } of [...lost, ...outcomes.slice(0, 20)]) {
        const stored = await freeway.sql`select decision_id from decisions where transaction_token = ${purchase.token}`;
        const [again, oncemore] = [await askFor(port, purchase), await askFor(port, purchase)];
        expect(again.status).toBe(200);
        expect(oncemore.text).toBe(again.text);
        if (status === 200) expect(again.text).toBe(text);
        const now = await freeway.sql`select decision_id from decisions where transaction_token = ${purchase.token}`;
        expect(now).toHaveLength(1);
        if (stored.length > 0) expect(now).toEqual(stored);
      }
    },
    LONG_MS,
  );
});
