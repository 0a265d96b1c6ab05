import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandboxApi, loadScenario, runOnSandbox } from '../src/index.ts';
import type { AddressInfo } from 'node:net';
import type { SandboxOutcome } from '../src/index.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** Stands for Marqeta's sandbox, which cannot be reached from a test: what it is told to say, in the order of its calls. */
let calls: Call[];
let records: Map<string, Record<string, unknown>>;
let close: () => Promise<void>;
let url: string;
/** What the fake makes of a simulation. */
let make: (type: string, body: Record<string, unknown>) => Record<string, unknown> | number;

const METHODS: Record<string, string> = {
  authorization: 'pgfs.authorization',
  'authorization.clearing': 'pgfs.authorization.capture',
};

beforeEach(async () => {
  calls = [];
  records = new Map();
  make = (type, { amount }) => ({
    type,
    state: type.endsWith('clearing') ? 'COMPLETION' : 'PENDING',
    amount,
    gpa_order: { jit_funding: { method: METHODS[type], amount } },
  });
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const path = request.url!;
    const body = text === '' ? {} : JSON.parse(text);
    calls.push({ method: request.method!, path, authorization: request.headers.authorization, body, text });
    const send = (status: number, content: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(content));
    };
    if (request.method === 'GET') {
      const record = records.get(path.split('/').at(-1)!);
      return record === undefined ? send(404, { error_code: '404001' }) : send(200, record);
    }
    const made = make(path.split('/').at(-1)!, body);
    if (typeof made === 'number') return send(made, { error_code: `${made}001`, error_message: 'no' });
    const token = `tx-${calls.length}`;
    records.set(token, { ...made, token });
    // The answer of a simulation carries less than the record.
    send(201, { transaction: { token, type: made['type'], state: made['state'], amount: made['amount'] } });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/`;
  close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
});
afterEach(() => close());

async function run(name: string): Promise<SandboxOutcome[]> {
  const result = loadScenario(name);
  if (!result.ok) throw new Error(result.faults.join('; '));
  const api = createSandboxApi({ url, applicationToken: 'application', adminToken: 'admin' });
  const outcomes: SandboxOutcome[] = [];
  const who = { userToken: 'u', cardToken: 'card-1' };
  for await (const outcome of runOnSandbox(result.scenario, api, who, 'run')) outcomes.push(outcome);
  return outcomes;
}

const told = (outcomes: SandboxOutcome[]) => outcomes.map(({ step, status, notes }) => [step.name, status, ...notes]);

describe('a scenario on the sandbox', () => {
  it('speaks Simulations 2.0: its words, real tokens in the place of names', async () => {
    expect(told(await run('purchase-exact-clearing'))).toEqual([
      ['purchase', 'same'],
      ['clearing', 'same'],
    ]);
    const posts = calls.filter(({ method }) => method === 'POST');
    expect(posts.map(({ path }) => path)).toEqual([
      '/v3/simulations/cardtransactions/authorization',
      '/v3/simulations/cardtransactions/authorization.clearing',
    ]);
    expect(posts[0]!.body).toEqual({
      card_token: 'card-1',
      amount: 50,
      network: 'VISA',
      card_acceptor: { mid: '000000011111', mcc: '5411' },
    });
    expect(posts[1]!.body).toEqual({ preceding_related_transaction_token: 'tx-1', amount: 50 });
    const basic = Buffer.from('application:admin').toString('base64');
    expect(calls.every(({ authorization }) => authorization === `Basic ${basic}`)).toBe(true);
  });

  it('says where the platform differs from our table', async () => {
    make = (type, { amount }) => ({
      type,
      state: 'COMPLETION',
      amount: type === 'authorization' ? amount : 12.5,
      gpa_order: { jit_funding: { method: 'pgfs.other', amount } },
    });
    expect(told(await run('purchase-exact-clearing'))).toEqual([
      [
        'purchase',
        'different',
        'state COMPLETION, our table says PENDING',
        'method pgfs.other, our table says pgfs.authorization',
      ],
      [
        'clearing',
        'different',
        'amount 12.5, our table says 50.00',
        'method pgfs.other, our table says pgfs.authorization.capture',
      ],
    ]);
  });

  it('compares what the simulation answered where the record cannot be read yet', async () => {
    make = (type, { amount }) => {
      queueMicrotask(() => records.clear());
      return { type, state: 'PENDING', amount };
    };
    const [purchase] = await run('purchase-exact-clearing');
    expect(purchase).toMatchObject({
      status: 'different',
      notes: ['no funding in the record: is Gateway JIT enabled on the card product?'],
    });
  });

  it('skips what the sandbox cannot play, and what follows it', async () => {
    expect(told(await run('stand-in-network'))).toEqual([
      ['purchase', 'skipped', 'the sandbox plays no stand-in and no late answers'],
      ['clearing', 'skipped', 'it follows purchase, which was not played'],
    ]);
    expect(calls).toEqual([]);
    const dispute = await run('chargeback-won');
    expect(dispute.map(({ status }) => status)).toEqual(['same', 'same', 'skipped', 'skipped', 'skipped']);
  });

  it('says what the sandbox refuses', async () => {
    make = () => 400;
    expect(told(await run('refund-offline'))).toEqual([
      ['refund', 'refused', expect.stringContaining('the sandbox answered 400: {"error_code":"400001"')],
    ]);
  });
});
