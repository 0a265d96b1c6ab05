import { describe, expect, test } from 'vitest';
import { decodeRecord } from '../src/decode-record.ts';
import { bareRecord, decoded, decodedText, loadRecord, RECEIVED_AT_MS, recordOf, unloadRecord } from './records.ts';

test('a record in our words', () => {
  const message = loadRecord({
    network_reference_id: 'ref-9',
    batch_number: 2026030499,
    settlement_date: '2026-03-05T00:00:00Z',
    user_transaction_time: '2026-03-04T05:06:00Z',
    network_transaction_lifecycle_id: 'life-1',
    currency_conversion: {
      network: { original_amount: 10.5, original_currency_code: '826', conversion_rate: 1.1752381 },
    },
  });
  expect(recordOf(message)).toEqual({
    transactionToken: 'transaction-1',
    type: 'authorization',
    state: 'PENDING',
    identifier: '41',
    source: 'platform',
    effect: 'hold',
    outcome: 'approved',
    amountMinor: 1234n,
    isRounded: false,
    currency: 'EUR',
    counterpart: 'settlement',
    owner: { kind: 'user', token: 'user-1' },
    cardToken: 'card-1',
    links: {
      messageToken: 'jit-1',
      parentTransactionTokens: [],
      parentMessageTokens: [],
      fundingLegToken: 'leg-1',
      orderToken: 'order-1',
      lifecycleId: 'life-1',
    },
    createdAtMs: Date.UTC(2026, 2, 4, 5, 6, 7),
    countedAtMs: Date.UTC(2026, 2, 4, 5, 6, 7, 89),
    isCompleted: false,
    isFullReversal: false,
    isStandIn: false,
    fastFunds: false,
    hold: { isPreauthorization: false, merchantCategory: '0763', isCardPresent: true },
    settlement: {
      network: 'VISA',
      settlementDate: '2026-03-05',
      userTimeMs: Date.UTC(2026, 2, 4, 5, 6, 0),
      networkReferenceId: 'ref-9',
      batchNumber: '2026030499',
      originalAmount: '10.5',
      originalCurrency: '826',
      conversionRate: '1.1752381',
    },
  });
});

describe('money.md outcome', () => {
  test.each([
    ['PENDING', '0000', 'approved'],
    ['CLEARED', '0002', 'approved'],
    ['COMPLETION', '1830', 'approved'],
    ['completion', ' 0000 ', 'approved'],
    ['PENDING', 0, 'approved'],
    ['PENDING', '0', 'approved'],
    ['PENDING', 2, 'approved'],
    ['PENDING', 1830, 'approved'],
    ['DECLINED', '1016', 'refused'],
    ['ERROR', 1842, 'refused'],
    // Its state alone says it, and nothing contradicts.
    ['DECLINED', undefined, 'refused'],
    ['ERROR', null, 'refused'],
    ['DECLINED', '0000', 'contradictory'],
    ['ERROR', 0, 'contradictory'],
    ['PENDING', '1016', 'contradictory'],
    ['COMPLETION', '0001', 'contradictory'],
    ['COMPLETION', undefined, 'contradictory'],
    ['COMPLETION', true, 'contradictory'],
    ['REVERSED', '0000', 'contradictory'],
    [undefined, '0000', 'contradictory'],
    [undefined, undefined, 'contradictory'],
  ])('state %s with code %s is %s', (state, code, outcome) => {
    expect(recordOf(loadRecord({ state, response: { code } })).outcome).toBe(outcome);
  });

  test('code beside a response that is null counts; beside one that is there it does not', () => {
    expect(recordOf(loadRecord({ response: null, code: '0000' })).outcome).toBe('approved');
    expect(recordOf(loadRecord({ response: { code: '1016' }, code: '0000' })).outcome).toBe('contradictory');
  });

  test('what the order and the gateway log say only explains', () => {
    const funding = { gateway_log: { timed_out: true, response: { code: '402' } } };
    const order = { state: 'ERROR', response: { code: '1842' }, funding };
    expect(recordOf(loadRecord({}, {}, order)).outcome).toBe('approved');
  });
});

describe('money.md funding leg', () => {
  test('the subnetwork says it, whatever the type', () => {
    for (const type of ['gpa.credit.authorization', 'gpa.debit', 'authorization', 'brand.new'])
      expect(recordOf(loadRecord({ type, subnetwork: 'GATEWAY_JIT' })).effect).toBe('no_money');
  });

  test('the prefix gpa. does not', () => {
    expect(recordOf(unloadRecord({ type: 'gpa.credit.networkload' })).effect).toBe('credit');
    expect(recordOf(bareRecord({ type: 'gpa.credit' })).effect).toBe('unexplained');
  });

  test('a record names the leg that mirrors it, and is never its own', () => {
    expect(recordOf(unloadRecord()).links.fundingLegToken).toBe('leg-2');
    expect(recordOf(loadRecord({ token: 'leg-1' })).links.fundingLegToken).toBeUndefined();
  });
});

const adviceOf = (jit: Record<string, unknown>, changes = {}) =>
  recordOf(loadRecord({ type: 'authorization.advice', amount: 49.95, ...changes }, jit, { amount: 0.05 }));

describe('money.md type first: an advice means two things', () => {
  test('with the method of a reversal it releases what was funded back', () => {
    const record = adviceOf({ method: 'pgfs.authorization.reversal', amount: 0.05 });
    expect(record).toMatchObject({ effect: 'release', amountMinor: 5n, isFullReversal: false });
    expect(record.hold).toBeUndefined();
    expect(adviceOf({ method: 'pgfs.authorization.reversal', amount: null })).toMatchObject({ amountMinor: 5n });
  });

  test.each(['pgfs.authorization.advice', 'pgfs.something.new', undefined])(
    'with %s it sets the hold to the transaction’s amount',
    (method) => {
      expect(adviceOf({ method, amount: 0.05 })).toMatchObject({ effect: 'advice', amountMinor: 4995n });
    },
  );

  test('without an order it sets the hold', () => {
    expect(recordOf(bareRecord({ type: 'authorization.advice', amount: 49.95 }))).toMatchObject({
      effect: 'advice',
      amountMinor: 4995n,
      hold: { merchantCategory: '0763' },
    });
  });

  test('a reversal without any amount of its own would release everything, so it sets the hold', () => {
    const message = loadRecord(
      { type: 'authorization.advice', amount: 49.95 },
      { method: 'pgfs.authorization.reversal', amount: null },
      { amount: null },
    );
    expect(recordOf(message)).toMatchObject({ effect: 'advice', amountMinor: 4995n });
  });

  test('an advice that is CLEARED is no full reversal', () => {
    const record = adviceOf({ method: 'pgfs.authorization.reversal', amount: 0.05 }, { state: 'CLEARED' });
    expect(record).toMatchObject({ effect: 'release', isFullReversal: false });
  });

  test('no other type is overruled by its method', () => {
    const record = recordOf(loadRecord({ type: 'authorization' }, { method: 'pgfs.authorization.reversal' }));
    expect(record.effect).toBe('hold');
  });
});

describe('PROTOCOL 5.6: how a reversal ends', () => {
  test.each([
    ['authorization.reversal', 'CLEARED', true],
    ['authorization.reversal', 'PENDING', false],
    ['pindebit.reversal', 'COMPLETION', false],
    ['refund.authorization.reversal', 'CLEARED', true],
    ['authorization.reversal.issuerexpiration', 'CLEARED', false],
    ['original.credit.authorization.clearing', 'CLEARED', false],
  ])('%s in state %s: full %s', (type, state, isFullReversal) => {
    expect(recordOf(bareRecord({ type, state })).isFullReversal).toBe(isFullReversal);
  });

  test('COMPLETION is final', () => {
    expect(recordOf(bareRecord({ type: 'pindebit', state: 'COMPLETION' })).isCompleted).toBe(true);
    expect(recordOf(bareRecord({ type: 'pindebit', state: 'PENDING' })).isCompleted).toBe(false);
  });
});

describe('PROTOCOL 9: stand-in', () => {
  test.each([
    ['standin_by', { standin_by: 'COMMANDO_AUTO' }],
    ['standin_approved_by', { standin_approved_by: 'NETWORK' }],
    ['the type', { type: 'authorization.standin' }],
    ['the subnetwork', { subnetwork: 'MANAGED_JIT' }],
  ])('%s marks it', (_, changes) => {
    expect(recordOf(loadRecord(changes))).toMatchObject({ isStandIn: true, effect: 'hold' });
  });

  test('the method marks it', () => {
    const record = recordOf(loadRecord({ type: 'pindebit' }, { method: 'pgfs.auth_plus_capture.standin' }));
    expect(record).toMatchObject({ isStandIn: true, effect: 'single' });
  });

  test('nothing marks what the gateway decided', () => {
    expect(recordOf(loadRecord({ standin_by: null, standin_approved_by: ' ' })).isStandIn).toBe(false);
  });
});

const ownerOf = (changes = {}, jit = {}, order = {}) => recordOf(loadRecord(changes, jit, order)).owner;

describe('money.md payer', () => {
  test('the business before the user; of the funding, the order, the transaction', () => {
    expect(ownerOf({}, { business_token: 'biz' })).toEqual({ kind: 'business', token: 'biz' });
    expect(ownerOf({ business_token: 'biz' })).toEqual({ kind: 'user', token: 'user-1' });
    expect(ownerOf({}, { user_token: undefined }, { user_token: 'of-order' })).toEqual({
      kind: 'user',
      token: 'of-order',
    });
    expect(recordOf(bareRecord({ business_token: 'biz' })).owner).toEqual({ kind: 'business', token: 'biz' });
    expect(recordOf(bareRecord({ user_token: undefined })).owner).toBeUndefined();
  });

  test('who used the card, unless that is the owner', () => {
    expect(recordOf(loadRecord()).actingUserToken).toBeUndefined();
    expect(recordOf(loadRecord({}, { acting_user_token: 'child' })).actingUserToken).toBe('child');
    expect(recordOf(bareRecord({ acting_user_token: 'child' })).actingUserToken).toBe('child');
  });
});

const timesOf = (changes: Record<string, unknown>) => {
  const cleared = { created_time: undefined, user_transaction_time: undefined, issuer_received_time: undefined };
  const { createdAtMs, countedAtMs } = recordOf(loadRecord({ ...cleared, ...changes }));
  return [createdAtMs, countedAtMs];
};

const at = (second: number) => `2026-03-04T05:06:0${second}Z`;

const ms = (second: number) => Date.UTC(2026, 2, 4, 5, 6, second);

describe('time', () => {
  test('ordered by created_time, counted by issuer_received_time', () => {
    expect(timesOf({ created_time: at(1), user_transaction_time: at(2), issuer_received_time: at(3) })).toEqual([
      ms(1),
      ms(3),
    ]);
    expect(timesOf({ user_transaction_time: at(2), issuer_received_time: at(3) })).toEqual([ms(2), ms(3)]);
    expect(timesOf({ issuer_received_time: at(3) })).toEqual([ms(3), ms(3)]);
    expect(timesOf({ created_time: at(1) })).toEqual([ms(1), ms(1)]);
  });

  test('our clock only where the record names no time', () => {
    expect(timesOf({ created_time: 'yesterday' })).toEqual([RECEIVED_AT_MS, RECEIVED_AT_MS]);
  });
});

const holdOf = (changes: Record<string, unknown>) => recordOf(loadRecord(changes)).hold;

describe('the terms of a hold', () => {
  test('life by the platform’s word', () => {
    expect(
      holdOf({
        is_preauthorization: true,
        authorization_expiration: '2026-04-01T00:00:00Z',
        transaction_metadata: { authorization_life_cycle: '010' },
      }),
    ).toMatchObject({ isPreauthorization: true, expiresAtMs: Date.UTC(2026, 3, 1), lifeCycleDays: 10 });
    for (const days of [0, -1, 1e9, 'x', null, 2.5])
      expect(holdOf({ transaction_metadata: { authorization_life_cycle: days } })?.lifeCycleDays).toBeUndefined();
  });

  test.each([
    [{ pos: { card_presence: true, pan_entry_mode: 'CARD_ON_FILE' } }, true],
    [{ pos: { card_presence: false, pan_entry_mode: 'CHIP' } }, false],
    [{ pos: { pan_entry_mode: 'CHIP_CONTACTLESS' }, transaction_metadata: {} }, true],
    [{ pos: { pan_entry_mode: 'MAG_STRIPE' }, transaction_metadata: { payment_channel: 'ECOMMERCE' } }, false],
    [{ pos: { pan_entry_mode: 'CREDENTIALS_ON_FILE' }, transaction_metadata: {} }, undefined],
    [{ pos: null, transaction_metadata: { payment_channel: 'ATM' } }, true],
    [{ pos: undefined, transaction_metadata: undefined }, undefined],
  ])('%j: card present %s', (changes, isCardPresent) => {
    expect(holdOf(changes)?.isCardPresent).toBe(isCardPresent);
  });

  test('of what holds, and of a clearing, whose residue they decide', () => {
    for (const type of ['authorization', 'authorization.incremental', 'authorization.advice', 'authorization.clearing'])
      expect(recordOf(bareRecord({ type })).hold).toMatchObject({ merchantCategory: '0763' });
    for (const type of ['authorization.reversal', 'refund', 'balanceinquiry'])
      expect(recordOf(bareRecord({ type })).hold).toBeUndefined();
  });
});

const clearingOf = (changes: Record<string, unknown>) =>
  recordOf(loadRecord({ type: 'authorization.clearing', ...changes })).clearing;

const partOf = (number: unknown, count: unknown) =>
  clearingOf({ multi_clearing_sequence_number: number, multi_clearing_sequence_count: count })?.part;

describe('the terms of a clearing (money.md residue)', () => {
  test('final, and what else to release', () => {
    expect(clearingOf({ is_final_clearing: true, amount_to_be_released: 10 })).toEqual({
      isFinal: true,
      releaseMinor: 1000n,
    });
    expect(clearingOf({ is_final_clearing: 'false', amount_to_be_released: null })).toEqual({ isFinal: false });
    expect(clearingOf({})).toEqual({});
    expect(clearingOf({ is_final_clearing: 'perhaps', amount_to_be_released: -1 })).toEqual({});
  });

  test('n of m are texts with zeros', () => {
    expect(partOf('02', '04')).toEqual({ number: 2, count: 4 });
    expect(partOf(1, 2)).toEqual({ number: 1, count: 2 });
    expect(partOf('00', '04')).toBeUndefined();
    expect(partOf('01', undefined)).toBeUndefined();
    expect(partOf('x', '04')).toBeUndefined();
  });

  test('only of a clearing', () => {
    expect(recordOf(loadRecord({ is_final_clearing: true })).clearing).toBeUndefined();
  });
});

const disputeOf = (message: Record<string, unknown>) => recordOf(message).dispute;

describe('the terms of a dispute (money.md disputes)', () => {
  const chargeback = { token: 'case-1', transaction_token: 'cleared-1', credit_user: true };
  const type = 'authorization.clearing.chargeback';

  test('credits the cardholder only with the flag and an unload order', () => {
    expect(disputeOf(unloadRecord({ type, chargeback }))).toEqual({ caseToken: 'case-1', creditsCardholder: true });
    expect(disputeOf(unloadRecord({ type, chargeback: { ...chargeback, credit_user: false } }))).toEqual({
      caseToken: 'case-1',
      creditsCardholder: false,
    });
    expect(disputeOf(bareRecord({ type, chargeback }))).toMatchObject({ creditsCardholder: false });
    expect(disputeOf(loadRecord({ type, chargeback }))).toMatchObject({ creditsCardholder: false });
  });

  const caseOf = (changes: Record<string, unknown>) => disputeOf(bareRecord({ type, ...changes }))?.caseToken;

  test('the case is the chargeback’s, else the dispute’s, else what it is about', () => {
    expect(caseOf({ chargeback, dispute: { case_management_identifier: 'managed-1' } })).toBe('case-1');
    expect(caseOf({ dispute: { case_management_identifier: 'managed-1' } })).toBe('managed-1');
    expect(caseOf({ chargeback: { transaction_token: 'cleared-1' } })).toBe('cleared-1');
    expect(caseOf({ preceding_related_transaction_token: 'cleared-2' })).toBe('cleared-2');
    expect(caseOf({})).toBe('transaction-1');
  });

  test('only of a dispute', () => {
    expect(disputeOf(unloadRecord({ type: 'refund', chargeback }))).toBeUndefined();
  });
});

const creditWith = (flag: unknown) =>
  recordOf(unloadRecord({ type: 'original.credit.authorization', original_credit: { fast_funds_enabled: flag } }, {}));

test('fast funds are the platform’s flag', () => {
  expect(creditWith(true)).toMatchObject({ effect: 'expected_credit', fastFunds: true });
  expect(creditWith(false).fastFunds).toBe(false);
});

describe('settlement fields are texts as they came', () => {
  test('digits survive that no number could keep', () => {
    const text = JSON.stringify(loadRecord({ currency_conversion: { network: { original_amount: 1, x: 2 } } }))
      .replace('"original_amount":1', '"original_amount": 12345678901234567.10')
      .replace('"x":2', '"conversion_rate":1.0');
    expect(decodedText(text).record.settlement).toMatchObject({
      originalAmount: '12345678901234567.10',
      conversionRate: '1.0',
    });
  });

  test('a conversion without `network` around it is read too', () => {
    const conversion = { original_amount: '7.00', original_currency_code: 840, conversion_rate: 1 };
    expect(recordOf(loadRecord({ currency_conversion: conversion })).settlement).toMatchObject({
      originalAmount: '7.00',
      originalCurrency: '840',
      conversionRate: '1',
    });
  });

  test.each(['2026-13-45T00:00:00Z', 'soon', 20260304, null])('settlement date %s is none', (date) => {
    expect(recordOf(loadRecord({ settlement_date: date })).settlement.settlementDate).toBeUndefined();
  });

  test('a day alone is a settlement date', () => {
    expect(recordOf(loadRecord({ settlement_date: '2026-03-05' })).settlement.settlementDate).toBe('2026-03-05');
  });
});

const tokenOf = (message: unknown) => recordOf(message).transactionToken;

describe('keys', () => {
  test('a record without a token is known by its text', () => {
    expect(tokenOf(loadRecord({ token: null }))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(tokenOf(loadRecord({ token: ' ' }))).toBe(tokenOf(loadRecord({ token: ' ' })));
    expect(tokenOf(loadRecord({ token: ' ' }))).not.toBe(tokenOf(loadRecord({ token: ' ', amount: 1 })));
  });

  test('a token that cannot be stored is known by its digest, wherever it is named', () => {
    const long = 'x'.repeat(300);
    const { transactionToken } = recordOf(loadRecord({ token: long, amount: 1 }));
    expect(transactionToken).toMatch(/^sha256:/);
    expect(recordOf(loadRecord({ token: long, amount: 2 })).transactionToken).toBe(transactionToken);
    const { links } = recordOf(loadRecord({ preceding_related_transaction_token: long }));
    expect(links.parentTransactionTokens).toEqual([transactionToken]);
  });

  test.each([
    ['0042', '0042'],
    [77, '77'],
    ['-1', undefined],
    ['12a', undefined],
    ['9'.repeat(31), undefined],
  ])('identifier %s', (identifier, expected) => {
    expect(recordOf(loadRecord({ identifier })).identifier).toBe(expected);
  });
});

describe('elements that are no records', () => {
  test.each([
    ['not_json', ''],
    ['not_json', '{"type":"authorization"'],
    ['not_an_object', 'null'],
    ['not_an_object', '[]'],
    ['not_an_object', '"authorization"'],
    ['not_an_object', '12'],
  ])('%s: %s', (code, text) => {
    const result = decodeRecord(text, { receivedAtMs: 0 });
    expect(result).toMatchObject({ ok: false, fault: { code } });
  });

  test('an empty object is a record of nothing', () => {
    const { record, agreement } = decoded({});
    expect(record).toMatchObject({
      type: '',
      state: '',
      effect: 'no_money',
      outcome: 'contradictory',
      amountMinor: 0n,
      amountFault: 'missing',
      currency: '',
      createdAtMs: RECEIVED_AT_MS,
    });
    expect(agreement).toEqual({});
  });
});

test('members that stand inside `response` are read as if they stood beside it', () => {
  const { type, state, token, user_token, card_token, ...rest } = bareRecord({ type: 'authorization.reversal' });
  const response = { code: '0000', preceding_related_transaction_token: 'first', ...rest };
  const text = JSON.stringify({ type, state, token, user_token, card_token, response }).replace(
    '"amount":12.34',
    '"amount":12.340000000000000000000',
  );
  expect(decodedText(text).record).toMatchObject({
    transactionToken: 'transaction-1',
    effect: 'release',
    outcome: 'approved',
    amountMinor: 1234n,
    currency: 'EUR',
    createdAtMs: Date.UTC(2026, 2, 4, 5, 6, 7),
    links: { parentTransactionTokens: ['first'] },
  });
});
