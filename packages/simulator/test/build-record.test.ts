import { describe, expect, it } from 'vitest';
import { buildRequest } from '../src/request.ts';
import { concludeAsked, networkStandIn, type Conclusion } from '../src/lives/conclude.ts';
import { createModel, MESSAGE_KINDS } from '../src/index.ts';
import { createPlatform, type Platform } from '../src/lives/platform.ts';
import { createRandom } from '../src/random.ts';
import { DEFAULT_CONDUCT, type Conduct } from '../src/lives/conduct.ts';
import { message, NOON, programme } from './fixture.ts';
import type { GatewayExchange } from '../src/records/happening.ts';
import type { Message } from '../src/message.ts';
import type { Notification } from '../src/webhooks/webhook-sender.ts';

const NEVER = Object.fromEntries(Object.keys(DEFAULT_CONDUCT).map((name) => [name, 0])) as unknown as Conduct;

/** The platform and all that it told, parsed. */
function start(fundingLegs = 0) {
  const told: Notification[] = [];
  const model = createModel(programme());
  const platform = createPlatform({ model, now: () => NOON + 5000, fundingLegs, send: (each) => void told.push(each) });
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies are looked into by path
  const records = (): any[] => told.map(({ text }) => JSON.parse(text));
  return { platform, model, records };
}

function conclude(sent: Message, asked: Partial<GatewayExchange>, conduct: Partial<Conduct> = {}): Conclusion {
  const exchange = { durationMs: 12, timedOut: false, ...asked };
  const terms = { conduct: { ...NEVER, ...conduct }, random: createRandom('test'), mayStandIn: true };
  return concludeAsked(sent, exchange, terms);
}

const approval = { answer: { status: 200, body: '{"jit_funding":{"token":"m","tags":"d=7","amount":10}}' } };
const refusal = { answer: { status: 402, body: '{"jit_funding":{"decline_reason":"AMOUNT_LIMIT_EXCEEDED"}}' } };

describe('the record of a transaction that the gateway was asked about', () => {
  it('says of it what its request said', () => {
    const { platform, records } = start();
    const sent = message();
    platform.conclude(conclude(sent, approval));
    const request = JSON.parse(buildRequest(sent));
    const [record] = records();
    const same = ['type', 'token', 'user_token', 'card_token', 'amount', 'acquirer', 'card_acceptor', 'pos', 'fraud'];
    for (const member of [...same, 'network_reference_id', 'issuer_received_time', 'created_time'])
      expect(record[member]).toEqual(request[member]);
    expect(record.gpa_order).toMatchObject({
      token: request.gpa_order.token,
      transaction_token: request.gpa_order.transaction_token,
      jit_funding: request.gpa_order.jit_funding,
    });
  });

  it('tells how it ended, with the log of the gateway (PROTOCOL sections 5.5, 7.5 and 11)', () => {
    const { platform, records } = start();
    platform.conclude(conclude(message({ transactionToken: 't', messageToken: 'm' }), approval));
    expect(records()).toMatchObject([
      {
        state: 'PENDING',
        identifier: expect.stringMatching(/^\d+$/),
        response: { code: '0000' },
        approval_code: expect.stringMatching(/^\d{6}$/),
        gpa: { ledger_balance: 10, impacted_amount: -10, balances: { USD: { ledger_balance: 10 } } },
        gpa_order: {
          state: 'PENDING',
          tags: 'd=7',
          response: { code: '0000' },
          funding: {
            gateway_log: {
              order_number: 't',
              transaction_id: 'm',
              duration: 12,
              timed_out: false,
              response: { code: '200', data: { jit_funding: { tags: 'd=7' } } },
            },
          },
        },
      },
    ]);
  });

  it('is DECLINED with the code of the reason where the gateway said no', () => {
    const { platform, records } = start();
    platform.conclude(conclude(message(), refusal));
    const [record] = records();
    expect(record).toMatchObject({
      state: 'DECLINED',
      response: { code: '1887' },
      gpa: { ledger_balance: 0 },
      gpa_order: { state: 'DECLINED', response: { code: '1842' }, funding: { gateway_log: { timed_out: false } } },
    });
    expect(record).not.toHaveProperty('approval_code');
    expect(record.gpa).not.toHaveProperty('impacted_amount');
  });

  it.each<[string, Partial<GatewayExchange>, Partial<Conduct>, object]>([
    ['timed out', { timedOut: true }, {}, { timed_out: true, message: 'Gateway timed out' }],
    ['judged late', approval, { judgedLate: 1 }, { timed_out: true }],
    ['unreachable', {}, {}, { timed_out: false, message: 'Connection error' }],
    ['5xx', { answer: { status: 503, body: '{}' } }, {}, { timed_out: false, response: { code: '503' } }],
  ])('is DECLINED when the gateway is %s', (_name, asked, conduct, log) => {
    const { platform, model, records } = start();
    const sent = message();
    model.settle(sent, model.predict(sent), { status: 200 });
    platform.conclude(conclude(sent, asked, conduct));
    expect(records()).toMatchObject([{ state: 'DECLINED', gpa_order: { funding: { gateway_log: log } } }]);
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 0n, certain: true }]);
  });

  it('is approved by Commando where that stands in, and then is held', () => {
    const { platform, model, records } = start();
    const sent = message();
    model.suspect(sent);
    platform.conclude(conclude(sent, { timedOut: true }, { commando: 1 }));
    expect(records()).toMatchObject([
      {
        state: 'PENDING',
        subnetwork: 'MANAGED_JIT',
        standin_by: 'COMMANDO_AUTO',
        standin_approved_by: 'COMMANDO_AUTO',
        gpa_order: { jit_funding: { method: 'pgfs.authorization.standin' } },
      },
    ]);
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 10_00n, certain: true }]);
  });

  it('is DECLINED when a later step declines what the gateway approved, and less when it approves less', () => {
    const { platform, model, records } = start();
    const [declined, partly] = [message(), message()];
    for (const sent of [declined, partly]) model.settle(sent, model.predict(sent), { status: 200 });
    platform.conclude(conclude(declined, approval, { declinedElsewhere: 1 }));
    platform.conclude(conclude(partly, approval, { partlyApproved: 1 }));
    const [first, second] = records();
    expect(first).toMatchObject({
      state: 'DECLINED',
      gpa_order: { funding: { gateway_log: { response: { code: '200' } } } },
    });
    expect(second).toMatchObject({ state: 'PENDING', response: { code: '0002' }, request_amount: 10 });
    expect(second.amount).toBeLessThan(10);
    expect([...model.expectedBalances()][0]!.heldMinor).toBe(BigInt(Math.round(second.amount * 100)));
  });

  it.each([
    ['pin_debit', 'COMPLETION', 'gpa_order'],
    ['refund', 'PENDING', 'gpa_order_unload'],
    ['balance_inquiry', 'CLEARED', 'gpa_order'],
  ] as const)('of a %s is %s', (kind, state, order) => {
    const { platform, records } = start();
    platform.conclude(conclude(message({ kind: MESSAGE_KINDS[kind] }), approval));
    expect(records()).toMatchObject([{ state, [order]: { jit_funding: { method: MESSAGE_KINDS[kind].method } } }]);
  });

  it('repeats an amount that is none as it was sent', () => {
    const { platform, records } = start();
    platform.conclude(conclude(message({ amountText: '-5', amountForm: 'as_is' }), refusal));
    expect(records()).toMatchObject([{ amount: -5, state: 'DECLINED' }]);
  });
});

describe('the records that follow', () => {
  const first = message({ transactionToken: 'first', messageToken: 'first-message', amountText: '250' });

  function follow(tell: (platform: Platform) => void) {
    const { platform, model, records } = start();
    model.settle(first, model.predict(first), { status: 200 });
    platform.conclude(conclude(first, approval));
    tell(platform);
    return records().slice(1);
  }

  it('name the first authorization and share its order (PROTOCOL section 6)', () => {
    const [record] = follow((platform) => platform.followUp('clearing', first, { amountMinor: 250_00n }));
    const request = JSON.parse(buildRequest(first));
    expect(record).toMatchObject({
      type: 'authorization.clearing',
      state: 'COMPLETION',
      preceding_related_transaction_token: 'first',
      gpa: { ledger_balance: 0, impacted_amount: -250 },
      gpa_order: {
        token: request.gpa_order.token,
        state: 'COMPLETION',
        jit_funding: { method: 'pgfs.authorization.capture', original_jit_funding_token: 'first-message', amount: 250 },
      },
      acquirer_reference_data: expect.stringMatching(/^\d{23}$/),
    });
    expect(record.token).not.toBe('first');
    expect(record.gpa_order.transaction_token).not.toBe(request.gpa_order.transaction_token);
    expect(record).not.toHaveProperty('is_final_clearing');
  });

  it('of a partial reversal carry what is released, and are pending; of a full one they close the order', () => {
    const [part, rest] = follow((platform) => {
      platform.followUp('partial_reversal', first, { amountMinor: 100_00n, requestedMinor: 250_00n });
      platform.followUp('full_reversal', first, { amountMinor: 150_00n });
    });
    expect(part).toMatchObject({
      state: 'PENDING',
      amount: 100,
      request_amount: 250,
      gpa: { ledger_balance: 150, impacted_amount: 100 },
      gpa_order: { state: 'PENDING', jit_funding: { method: 'pgfs.authorization.reversal', amount: 100 } },
    });
    expect(rest).toMatchObject({ state: 'CLEARED', amount: 150, gpa_order: { state: 'REVERSED' } });
  });

  it('of an advice show the new total, and fund the difference or the total', () => {
    const [less, total] = follow((platform) => {
      platform.followUp('advice_by_difference', first, { amountMinor: 50_00n, shownMinor: 200_00n });
      platform.followUp('advice_by_total', first, { amountMinor: 180_00n });
    });
    expect(less).toMatchObject({
      type: 'authorization.advice',
      amount: 200,
      gpa: { ledger_balance: 200, impacted_amount: -200 },
      gpa_order: { amount: 50, jit_funding: { method: 'pgfs.authorization.reversal', amount: 50 } },
    });
    expect(total).toMatchObject({
      type: 'authorization.advice',
      amount: 180,
      gpa: { ledger_balance: 180, impacted_amount: -180 },
      gpa_order: { jit_funding: { method: 'pgfs.authorization.advice', amount: 180 } },
    });
  });

  it('tell which clearing is the last', () => {
    const records = follow((platform) => {
      const part = { number: 1, count: 3 };
      platform.followUp('clearing', first, { amountMinor: 50_00n, clearing: { part } });
      platform.followUp('clearing', first, { amountMinor: 40_00n, clearing: { isFinal: true, releaseMinor: 160_00n } });
    });
    expect(records).toMatchObject([
      { multi_clearing_sequence_number: '01', multi_clearing_sequence_count: '03' },
      { is_final_clearing: true, amount_to_be_released: 160 },
    ]);
    expect(records[0].acquirer_reference_data).not.toBe(records[1].acquirer_reference_data);
  });

  it('of a dispute name the clearing and carry the case', () => {
    const [clearing, record, completed] = follow((platform) => {
      const { message: cleared } = platform.followUp('clearing', first, { amountMinor: 250_00n });
      const follows = cleared.transactionToken;
      const dispute = {
        caseToken: 'case',
        state: 'INITIATED',
        creditsUser: true,
        disputedToken: follows,
        openedAtMs: NOON,
      };
      platform.followUp('chargeback', first, { amountMinor: 250_00n, follows, dispute });
      platform.followUp('chargeback_completed', first, { amountMinor: 250_00n, follows, dispute });
    });
    expect(record).toMatchObject({
      type: 'authorization.clearing.chargeback',
      preceding_related_transaction_token: clearing.token,
      chargeback: { token: 'case', credit_user: true, transaction_token: clearing.token, amount: 250 },
      gpa_order_unload: { jit_funding: { method: 'pgfs.authorization.capture.chargeback' } },
    });
    // As captured: a case event without any order.
    expect(completed).not.toHaveProperty('gpa_order');
    expect(completed).not.toHaveProperty('gpa_order_unload');
  });

  it('of a machine that did not pay out have an order without funding', () => {
    const [record] = follow((platform) => platform.followUp('pin_debit_reversal', first, { amountMinor: 20_00n }));
    expect(record).toMatchObject({ type: 'pindebit.reversal', gpa_order_unload: { amount: 20 } });
    expect(record.gpa_order_unload).not.toHaveProperty('jit_funding');
  });

  it('have numbers that grow', () => {
    const records = follow((platform) => {
      for (let i = 0; i < 3; i++) platform.followUp('partial_reversal', first, { amountMinor: 1_00n });
    });
    const numbers = records.map(({ identifier }) => Number(identifier));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(3);
  });
});

describe('what the gateway was never asked about', () => {
  it('is told as approved by the network, with an order or without', () => {
    const { platform, records } = start();
    platform.conclude(networkStandIn(message(), false));
    platform.conclude(networkStandIn(message(), true));
    const [withOrder, bare] = records();
    expect(withOrder).toMatchObject({ standin_approved_by: 'NETWORK', state: 'PENDING', subnetwork: 'VISANET' });
    expect(withOrder.gpa_order.funding).not.toHaveProperty('gateway_log');
    expect(bare).not.toHaveProperty('gpa_order');
    expect(bare).toMatchObject({ amount: 10, standin_by: 'NETWORK' });
  });
});

describe('funding legs', () => {
  it('mirror the record under the token that its order names', () => {
    const { platform, model, records } = start(1);
    const sent = message();
    model.settle(sent, model.predict(sent), { status: 200 });
    platform.conclude(conclude(sent, approval));
    const [record, leg] = records();
    expect(leg).toMatchObject({ type: 'gpa.credit.authorization', subnetwork: 'GATEWAY_JIT', amount: 10 });
    expect(leg.token).toBe(record.gpa_order.transaction_token);
    expect([...model.expectedBalances()]).toMatchObject([{ heldMinor: 10_00n }]);
  });
});
