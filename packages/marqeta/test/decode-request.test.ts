import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { decodeRequest } from '../src/decode-request.ts';
import { decoded, load, OPTIONS, unload, version1 } from './requests.ts';

describe('a whole request', () => {
  test('Transaction Model v2, load', () => {
    expect(decoded(load()).request).toEqual({
      transactionToken: 'transaction-1',
      messageToken: 'jit-1',
      method: 'pgfs.authorization',
      kind: 'authorization',
      amountMinor: 1234n,
      currency: 'EUR',
      owner: { kind: 'user', token: 'user-1' },
      cardToken: 'card-1',
      merchant: { id: '000987', category: '0763', name: 'GREEN FARM', country: 'BEL' },
      occurredAtMs: Date.UTC(2026, 2, 4, 5, 6, 7, 89),
      createdAtMs: Date.UTC(2026, 2, 4, 5, 6, 7),
      isPreauthorization: false,
      fastFunds: false,
      network: 'VISA',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(decoded(load()).echo).toEqual({
      token: 'jit-1',
      method: 'pgfs.authorization',
      userToken: 'user-1',
      amount: '12.34',
      businessToken: undefined,
      actingUserToken: 'user-1',
      originalToken: undefined,
      isBalanceInquiry: false,
    });
  });

  test('unload: the currency is the transaction’s', () => {
    const { request } = decoded(unload());
    expect(request).toMatchObject({ kind: 'refund_authorization', currency: 'EUR', amountMinor: 1234n });
  });

  test('Transaction Model v1: merchant under its older names', () => {
    expect(decoded(version1()).request.merchant).toEqual({
      id: '111000222',
      category: '5541',
      name: 'PUMP 7',
      country: 'BEL',
    });
  });

  test('minimal: one token, a method and an amount are enough for an answer', () => {
    const minimal = { gpa_order: { jit_funding: { token: 'j', method: 'pgfs.authorization', amount: 1 } } };
    const { request, echo } = decoded(minimal);
    expect(request).toMatchObject({
      transactionToken: 'j',
      messageToken: 'j',
      currency: '',
      amountFault: 'unknown_currency',
      merchant: {},
      occurredAtMs: OPTIONS.receivedAtMs,
    });
    expect(request.owner).toBeUndefined();
    expect(echo.userToken).toBe('');
  });

  test('an increment names its chain, a pre-authorization its end', () => {
    const changes = {
      preceding_related_transaction_token: 'transaction-0',
      original_transaction_token: 'transaction-00',
      is_preauthorization: true,
      authorization_expiration: '2026-04-01T00:00:00Z',
    };
    const { request, echo } = decoded(
      load(changes, { method: 'pgfs.authorization.incremental', original_jit_funding_token: 'jit-0' }),
    );
    expect(request).toMatchObject({
      kind: 'increment',
      precedingTransactionToken: 'transaction-0',
      originalMessageToken: 'jit-0',
      isPreauthorization: true,
      expiresAtMs: Date.UTC(2026, 3, 1),
    });
    expect(echo.originalToken).toBe('jit-0');
    const older = decoded(load({ original_transaction_token: 'transaction-00' }));
    expect(older.request.precedingTransactionToken).toBe('transaction-00');
  });

  test('fast funds of an original credit', () => {
    const jit = { method: 'pgfs.original.credit.authorization' };
    expect(decoded(unload({ original_credit: { fast_funds_enabled: true } }, jit)).request.fastFunds).toBe(true);
    expect(decoded(unload({ original_credit: { fast_funds_enabled: false } }, jit)).request.fastFunds).toBe(false);
  });

  test('bytes, with or without a byte order mark', () => {
    const text = JSON.stringify(load({ card_acceptor: { name: 'CAFÉ' } }));
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`)]) {
      const result = decodeRequest(bytes, OPTIONS);
      expect(result.ok && result.request.merchant.name).toBe('CAFÉ');
    }
  });
});

describe('money.md payer', () => {
  test('a business pays before a user, and the user named beside it is who acts', () => {
    const { request, echo } = decoded(load({}, { business_token: 'business-1', acting_user_token: undefined }));
    expect(request.owner).toEqual({ kind: 'business', token: 'business-1' });
    expect(request.actingUserToken).toBe('user-1');
    expect(echo).toMatchObject({ businessToken: 'business-1', userToken: 'user-1' });
  });

  test('a business without any user', () => {
    const message = load(
      { user_token: undefined, acting_user_token: undefined },
      { user_token: undefined, acting_user_token: undefined, business_token: 'business-1' },
      { user_token: undefined },
    );
    const { request, echo } = decoded(message);
    expect(request.owner).toEqual({ kind: 'business', token: 'business-1' });
    expect(request.actingUserToken).toBeUndefined();
    expect(echo.userToken).toBe('business-1');
  });

  test('a child on a parent’s account', () => {
    const { request, echo } = decoded(load({}, { acting_user_token: 'child-1' }));
    expect(request.owner).toEqual({ kind: 'user', token: 'user-1' });
    expect(request.actingUserToken).toBe('child-1');
    expect(echo.actingUserToken).toBe('child-1');
  });

  test('a user and a business of the same token are two', () => {
    const { request } = decoded(load({}, { business_token: 'same', user_token: 'same', acting_user_token: 'same' }));
    expect(request.owner).toEqual({ kind: 'business', token: 'same' });
    expect(request.actingUserToken).toBe('same');
  });

  test('funding first, then order, then transaction', () => {
    const jit = { user_token: undefined };
    expect(decoded(load({}, jit, { user_token: 'of-order' })).request.owner?.token).toBe('of-order');
    expect(decoded(load({ user_token: 'of-tx' }, jit, { user_token: null })).request.owner?.token).toBe('of-tx');
    expect(decoded(load({ business_token: 'of-tx' })).request.owner).toEqual({ kind: 'user', token: 'user-1' });
  });

  test('an unreadable payer does not become another payer', () => {
    for (const token of [{}, 1.5, 'x'.repeat(256), 'a\u0000b', '\ud800'])
      expect(decoded(load({}, { business_token: token })).request.owner).toBeUndefined();
  });
});

function messageTokenOf(token: string): string {
  return decoded(load({}, { token })).request.messageToken;
}

describe('tokens', () => {
  test('blank-padded tokens are trimmed where used and echoed as sent', () => {
    const { request, echo } = decoded(load({ token: ' t ', card_token: 'card-1   ' }, { token: 'jit-1  ' }));
    expect(request).toMatchObject({ transactionToken: 't', messageToken: 'jit-1', cardToken: 'card-1' });
    expect(echo.token).toBe('jit-1  ');
  });

  test('numbers that lost their quotes are tokens', () => {
    const { request, echo } = decoded(load({ token: 77 }, { token: 78, user_token: 938 }));
    expect(request).toMatchObject({ transactionToken: '77', messageToken: '78', owner: { token: '938' } });
    expect(echo).toMatchObject({ token: '78', userToken: '938' });
  });

  // money.md *always answer*: it can be echoed, so it is a 402; its digest stands in where it cannot be stored.
  test.each(['x'.repeat(256), 'a\u0000b', '\ud800', 'x\udc00'])('not usable, echoed and refused: %j', (token) => {
    for (const body of [load({}, { token }), load({ token }), load({}, { method: token })]) {
      const { request, echo } = decoded(body);
      expect(request.kind).toBe('refused_method');
      for (const text of [request.messageToken, request.transactionToken, request.method]) {
        expect(text.length).toBeLessThan(256);
        expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true);
      }
      expect(echo.token.length * echo.method.length).toBeGreaterThan(0);
    }
  });

  test('two that are not usable are two, and each repeats', () => {
    expect(messageTokenOf('a\u0000b')).toBe(messageTokenOf('a\u0000b'));
    expect(messageTokenOf('a\u0000b')).not.toBe(messageTokenOf('a\u0000c'));
  });

  test('255 characters are usable', () => {
    const { request } = decoded(load({}, { token: 'x'.repeat(255) }));
    expect(request.messageToken).toHaveLength(255);
    expect(request.kind).toBe('authorization');
  });

  test.each(['a\u0000b', '\ud800', 'x\udc00'])(
    'what PostgreSQL cannot hold is no card, and no part of a text: %j',
    (token) => {
      expect(decoded(load({ card_token: token })).request.cardToken).toBeUndefined();
      expect(decoded(load({ card_acceptor: { name: `A${token}` } })).request.merchant.name).not.toContain(token);
    },
  );

  test.each(['9999-12-31T23:59:59-05:00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+05:00'])(
    'an instant that no store can hold is none: %s',
    (text) => {
      const { request } = decoded(load({ issuer_received_time: text, authorization_expiration: text }));
      expect(request.expiresAtMs).toBeUndefined();
      expect(new Date(request.occurredAtMs).getUTCFullYear()).toBeGreaterThan(1999);
    },
  );
});

describe('currency', () => {
  test('the order’s, else the transaction’s', () => {
    expect(decoded(load({ currency_code: 'USD' })).request.currency).toBe('EUR');
    expect(decoded(load({ currency_code: 'USD' }, {}, { currency_code: ' ' })).request.currency).toBe('USD');
  });

  test.each([undefined, 'ZZZ', 'eur', 'EURO', '978', 978, {}, '\u0000'])('%j is unknown, and an answer', (code) => {
    const { request } = decoded(load({ currency_code: code }, {}, { currency_code: code }));
    expect(request).toMatchObject({ amountFault: 'unknown_currency', amountMinor: 0n });
    expect(request.currency).toMatch(/^(?:[A-Z]{3})?$/);
  });

  test('an order’s currency that is no text is not replaced by another', () => {
    expect(decoded(load({ currency_code: 'USD' }, {}, { currency_code: 978 })).request.currency).toBe('');
  });
});

describe('money.md window: the platform’s time, UTC', () => {
  test.each([
    ['2026-03-04T05:06:07.089Z', Date.UTC(2026, 2, 4, 5, 6, 7, 89)],
    ['2026-03-04T05:06:07', Date.UTC(2026, 2, 4, 5, 6, 7)],
    ['2026-03-04T05:06:07.5+0200', Date.UTC(2026, 2, 4, 3, 6, 7, 500)],
    ['2026-03-04T05:06:07-01:00 ', Date.UTC(2026, 2, 4, 6, 6, 7)],
  ])('%s, whatever the zone of this machine', (text, ms) => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(decoded(load({ issuer_received_time: text })).request.occurredAtMs).toBe(ms);
  });

  test('created_time when the first is absent or no instant, our clock only after both', () => {
    const createdMs = Date.UTC(2026, 2, 4, 5, 6, 7);
    for (const text of [undefined, '', 'soon', '1', 17, '2026-13-04T05:06:07Z'])
      expect(decoded(load({ issuer_received_time: text })).request.occurredAtMs).toBe(createdMs);
    const timeless = load({ issuer_received_time: null, created_time: null });
    expect(decoded(timeless).request).toMatchObject({
      occurredAtMs: OPTIONS.receivedAtMs,
      createdAtMs: OPTIONS.receivedAtMs,
    });
    expect(decoded(load({ created_time: undefined })).request.createdAtMs).toBe(Date.UTC(2026, 2, 4, 5, 6, 7, 89));
  });
});

describe('merchant', () => {
  test('a category that lost its quotes gets its leading zero back', () => {
    expect(decoded(load({ card_acceptor: { mcc: 763 } })).request.merchant).toEqual({ category: '0763' });
    expect(decoded(load({ card_acceptor: { mcc: 12345 } })).request.merchant).toEqual({});
  });

  test('blank-padded texts are trimmed, endless ones cut', () => {
    const card_acceptor = { name: `${'N'.repeat(300)}`, mcc: '5812 ', country_code: 'BEL  ', mid: '  ' };
    const { merchant } = decoded(load({ card_acceptor })).request;
    expect(merchant).toEqual({ name: 'N'.repeat(255), category: '5812', country: 'BEL' });
  });
});

describe('before an answer is possible', () => {
  test.each([
    ['not_json', ''],
    ['not_json', '{'],
    ['not_json', '{"a":NaN}'],
    ['no_funding', 'null'],
    ['no_funding', '[]'],
    ['no_funding', '"text"'],
    ['no_funding', '{}'],
    ['no_funding', '{"jit_funding":{"token":"t","method":"m","amount":1}}'],
    ['no_funding', '{"transaction":{"gpa_order":{"jit_funding":{}}}}'],
    ['no_funding', '{"gpa_order":{"jit_funding":[]},"gpa_order_unload":null}'],
    ['no_funding', '{"__proto__":{"gpa_order":{"jit_funding":{"token":"t","method":"m","amount":1}}}}'],
    ['no_token', '{"gpa_order":{"jit_funding":{"method":"m","amount":1}}}'],
    ['no_token', '{"gpa_order":{"jit_funding":{"token":"  ","method":"m","amount":1}}}'],
    ['no_token', '{"gpa_order":{"jit_funding":{"token":{},"method":"m","amount":1}}}'],
    ['no_method', '{"gpa_order":{"jit_funding":{"token":"t","amount":1}}}'],
    ['no_method', '{"gpa_order":{"jit_funding":{"token":"t","method":null,"amount":1}}}'],
    ['no_amount', '{"gpa_order":{"jit_funding":{"token":"t","method":"m"}}}'],
    ['no_amount', '{"gpa_order":{"jit_funding":{"token":"t","method":"m","amount":null}}}'],
    ['no_amount', '{"gpa_order":{"jit_funding":{"token":"t","method":"m","amount":" "}}}'],
    ['no_amount', '{"gpa_order":{"jit_funding":{"token":"t","method":"m","amount":{}}}}'],
    ['no_amount', '{"gpa_order":{"jit_funding":{"token":"t","method":"m","amount":true}}}'],
  ])('%s: %s', (code, body) => {
    expect(decodeRequest(body, OPTIONS)).toMatchObject({ ok: false, fault: { code } });
  });

  test('bytes that are no UTF-8 are refused, not replaced', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(decodeRequest(bytes, OPTIONS)).toMatchObject({ ok: false, fault: { code: 'not_json' } });
  });

  test('nesting of any depth does not crash', () => {
    const depth = 200_000;
    const deep = '['.repeat(depth) + ']'.repeat(depth);
    const body = `{"x":${deep},"gpa_order":{"jit_funding":{"token":"t","method":"m","amount":1.50}}}`;
    const result = decodeRequest(body, OPTIONS);
    expect(result.ok ? result.echo.amount : result.fault.code).toMatch(/^(?:1\.50|not_json)$/);
  });
});
