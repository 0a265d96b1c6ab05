import { describe, expect, test } from 'vitest';
import { bareRecord, loadRecord, recordOf, unloadRecord } from './records.ts';

describe('PROTOCOL 6: what a record says it follows', () => {
  test('transactions, nearest first, each once, never itself', () => {
    const message = loadRecord({
      type: 'authorization.clearing',
      original_transaction_token: 'first',
      incremental_authorization_transaction_tokens: ['second', 'transaction-1', 'third', 'second', null, 7],
      preceding_transaction: { token: 'advice', amount: 3 },
      preceding_related_transaction_token: ' first ',
    });
    expect(recordOf(message).links.parentTransactionTokens).toEqual(['first', 'advice', 'second', 'third', '7']);
  });

  test('messages, the first and every increment', () => {
    const jit = {
      original_jit_funding_token: 'jit-0',
      incremental_authorization_jit_funding_tokens: ['jit-5', 'jit-1', 'jit-6'],
    };
    const { links } = recordOf(loadRecord({}, jit));
    expect(links).toMatchObject({ messageToken: 'jit-1', parentMessageTokens: ['jit-0', 'jit-5', 'jit-6'] });
  });

  test('a chargeback follows what is disputed', () => {
    const chargeback = { token: 'case-1', transaction_token: 'cleared-1' };
    const { links } = recordOf(bareRecord({ type: 'authorization.clearing.chargeback.completed', chargeback }));
    expect(links.parentTransactionTokens).toEqual(['cleared-1']);
  });

  test('a refund follows nothing (money.md chain home), its authorization’s clearing does', () => {
    const members = { preceding_related_transaction_token: 'bought', original_transaction_token: 'bought' };
    const jit = { original_jit_funding_token: 'jit-0' };
    expect(recordOf(unloadRecord({ type: 'refund', ...members }, jit)).links).toMatchObject({
      parentTransactionTokens: [],
      parentMessageTokens: [],
      messageToken: 'jit-1',
    });
    const { links } = recordOf(unloadRecord({ type: 'refund.authorization.clearing', ...members }, jit));
    expect(links).toMatchObject({ parentTransactionTokens: ['bought'], parentMessageTokens: ['jit-0'] });
  });

  test('members of another kind are no links', () => {
    const message = loadRecord(
      {
        preceding_related_transaction_token: {},
        preceding_transaction: 'x',
        incremental_authorization_transaction_tokens: 'x',
        chargeback: [],
      },
      { original_jit_funding_token: true, incremental_authorization_jit_funding_tokens: { a: 1 } },
      { token: null, transaction_token: [] },
    );
    expect(recordOf(message).links).toEqual({
      messageToken: 'jit-1',
      parentTransactionTokens: [],
      parentMessageTokens: [],
    });
  });
});

const acquirerReferenceOf = (type: string, changes: Record<string, unknown> = {}) =>
  recordOf(bareRecord({ type, acquirer_reference_data: '74123456789012345678901', ...changes })).links
    .acquirerReference;

describe('what follow-ups without a parent are found by', () => {
  test('the order, the network’s life cycle', () => {
    const { links } = recordOf(loadRecord({ network_transaction_lifecycle_id: 'life-1' }));
    expect(links).toMatchObject({ orderToken: 'order-1', lifecycleId: 'life-1' });
  });

  test('the acquirer’s reference, from the clearing on', () => {
    for (const type of ['authorization.clearing', 'refund', 'pindebit', 'dispute.credit', 'pindebit.refund.reversal'])
      expect(acquirerReferenceOf(type)).toBe('74123456789012345678901');
    for (const type of ['authorization', 'authorization.reversal', 'authorization.incremental', 'refund.authorization'])
      expect(acquirerReferenceOf(type)).toBeUndefined();
    const changes = { acquirer_reference_data: null, acquirer_reference_id: 'ref-1' };
    expect(acquirerReferenceOf('authorization.clearing', changes)).toBe('ref-1');
  });
});
