import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../src/decode-request.ts';
import { decodeTransition } from '../src/decode-transition.ts';
import { encodeResponse } from '../src/encode-response.ts';
import { elementKey, readEnvelope } from '../src/webhook-envelope.ts';
import { decodedText, RECEIVED_AT_MS } from './records.ts';
import { OPTIONS } from './requests.ts';

const folder = process.env['MARQETA_SAMPLES'];

function filesOf(name: RegExp): string[] {
  if (folder === undefined) return [];
  return [folder, join(folder, 'synthetic')]
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((each) => join(path, each)))
    .filter((path) => name.test(basename(path)));
}

const requestFiles = filesOf(/^request\..*\.json$/);
const recordFiles = filesOf(/^(?:webhook|transaction|simulate|simulation|event|api\.transactions)\..*\.json$/);

// Captured samples are not ours to publish: they are read from the folder that MARQETA_SAMPLES names.
describe.skipIf(folder === undefined)('captured requests (MARQETA_SAMPLES)', () => {
  test('the folder holds requests', () => {
    expect(requestFiles).not.toEqual([]);
  });

  test.each(requestFiles)('%s', (path) => {
    const result = decodeRequest(readFileSync(path), OPTIONS);
    if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.detail}`);
    const { request, echo } = result;
    expect(request.amountFault).toBeUndefined();
    const { body } = encodeResponse(echo, { outcome: 'approve' }, { allow2026Reasons: false });
    const message = JSON.parse(readFileSync(path, 'utf8'));
    const { token, method, amount } = (message.gpa_order ?? message.gpa_order_unload).jit_funding;
    expect(JSON.parse(body).jit_funding).toMatchObject({ token, method, amount: Number(amount) });
  });
});

/** What each record of a file does: effect, outcome, minor units, currency, and what else matters of it. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'api.transactions.get.json': ['hold approved 1000 USD'],
  'api.transactions.list.json': ['no_money approved 1000 USD', 'hold approved 1000 USD'],
  'event.journalentry.authorization.json': [],
  'event.substatus.json': [],
  'simulate.authorization.before-partial-reversal.response.json': ['hold approved 25000 USD'],
  'simulate.authorization.before-reversal.response.json': ['hold approved 50000 USD'],
  'simulate.authorization.clearing.full.response.json': ['clearing approved 20000 USD follows'],
  'simulate.authorization.clearing.offline.response.json': ['clearing approved 20000 USD'],
  'simulate.authorization.managed-jit.response.json': ['hold approved 20000 USD'],
  'simulate.authorization.reversal.partial.response.json': ['release approved 10000 USD follows'],
  'simulation.account.funding.auth_plus_capture.reversal.json': ['single_reversal approved 1000 USD follows'],
  'simulation.account.funding.authorization.clearing.json': ['clearing approved 1000 USD follows'],
  'simulation.account.funding.authorization.json': ['hold approved 1000 USD'],
  'simulation.authorization.advice.json': ['advice approved 1000 USD follows'],
  'simulation.authorization.atm.withdrawal.json': ['hold approved 1000 USD'],
  'simulation.authorization.clearing.json': ['clearing approved 1000 USD follows'],
  'simulation.authorization.incremental.json': ['increment approved 500 USD follows'],
  'simulation.authorization.json': ['hold approved 1000 USD'],
  'simulation.authorization.quasi.cash.json': ['hold approved 1000 USD'],
  'simulation.authorization.reversal.json': ['release approved 1000 USD follows full'],
  // The deposit itself, not a transaction.
  'simulation.directdeposit.credit.json': ['no_money contradictory 0 '],
  'simulation.original.credit.auth_plus_capture.json': ['credit approved 1000 USD'],
  'simulation.original.credit.authorization.clearing.json': ['credit approved 1000 USD follows'],
  'simulation.original.credit.authorization.json': ['expected_credit approved 1000 USD'],
  'simulation.pindebit.authorization.json': ['hold approved 1000 USD'],
  'simulation.pindebit.authorization.reversal.json': ['release approved 1000 USD follows full'],
  'simulation.pindebit.cashback.json': ['single approved 1500 USD completed'],
  'simulation.pindebit.json': ['single approved 1000 USD completed'],
  'simulation.pindebit.quasi.cash.json': ['single approved 1000 USD completed'],
  'simulation.refund.authorization.clearing.json': ['credit approved 1000 USD follows'],
  'simulation.refund.authorization.json': ['expected_credit approved 1000 USD'],
  'simulation.refund.json': ['credit approved 1000 USD'],
  'transaction.authorization.advice.json': ['release approved 5 PLN follows'],
  'transaction.authorization.clearing.chargeback.completed.json': ['dispute_completed refused 411178 EUR follows'],
  'transaction.authorization.clearing.json': ['clearing approved 911 USD follows'],
  'transaction.authorization.declined-by-gateway.json': ['hold refused 1530 PLN'],
  'webhook.ping.reply.json': [],
  'webhook.ping.request.json': [],
  'webhook.transaction.authorization.commando.json': ['hold contradictory 0  stand-in'],
  'webhook.transaction.authorization.json': ['hold approved 1000 EUR'],
  'webhook.cardtransition.json': [],
  'webhook.digitalwallettokentransition.json': [],
  'webhook.transaction.authorization.approved.json': ['hold approved 5000 USD'],
  'webhook.transaction.authorization.clearing.chargeback.json': [
    'dispute_chargeback approved 5000 USD follows credits',
  ],
  'webhook.transaction.authorization.clearing.force-post.json': ['clearing approved 1200 USD'],
  'webhook.transaction.authorization.clearing.json': ['clearing approved 5000 USD follows'],
  'webhook.transaction.authorization.clearing.multi.json': [
    'clearing approved 3000 USD follows not-final 1/2',
    'clearing approved 1500 USD follows final+500 2/2',
  ],
  'webhook.transaction.authorization.clearing.over.json': ['clearing approved 6000 USD follows'],
  'webhook.transaction.authorization.reversal.issuerexpiration.json': ['expiry approved 5000 USD follows'],
  'webhook.transaction.authorization.reversal.partial.json': ['release approved 2000 USD follows'],
  'webhook.transaction.authorization.standin.json': ['hold approved 1800 USD stand-in'],
  'webhook.transaction.authorization.timed-out.json': ['hold refused 2500 USD late'],
  'webhook.transaction.out-of-order-duplicate.json': [
    'clearing approved 1500 USD follows final+500 2/2',
    'hold approved 5000 USD',
    'clearing approved 3000 USD follows not-final 1/2',
    'clearing approved 3000 USD follows not-final 1/2',
  ],
  'webhook.transaction.refund.json': ['credit approved 999 USD'],
  'webhook.usertransition.json': [],
};

/** A page, or a simulated pair, holds its records in another place than a webhook. */
function recordTexts(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const message = JSON.parse(text);
  const inner = message.data ?? message.transaction ?? message.response?.transaction ?? message.response;
  if (/^(?:api\.transactions\.list|simulat)/.test(basename(path)))
    return [inner].flat().map((each) => JSON.stringify(each));
  const envelope = readEnvelope(text);
  if (!envelope.ok) throw new Error(envelope.fault.detail);
  return envelope.elements.filter(({ category }) => category === 'transaction').map((element) => element.text);
}

function summaryOf(text: string): string {
  const { record, agreement } = decodedText(text);
  const { effect, outcome, amountMinor, currency, links, clearing, dispute } = record;
  return [
    `${effect} ${outcome} ${amountMinor} ${currency}`,
    effect !== 'no_money' && links.parentTransactionTokens.length > 0 && 'follows',
    record.isFullReversal && 'full',
    effect === 'single' && record.isCompleted && 'completed',
    record.isStandIn && 'stand-in',
    agreement.answer?.timedOut === true && 'late',
    clearing?.isFinal === true && `final+${clearing.releaseMinor}`,
    clearing?.isFinal === false && 'not-final',
    clearing?.part !== undefined && `${clearing.part.number}/${clearing.part.count}`,
    dispute?.creditsCardholder === true && 'credits',
  ]
    .filter((part) => part !== false)
    .join(' ');
}

describe.skipIf(folder === undefined)('captured records (MARQETA_SAMPLES)', () => {
  test('the folder holds records that are known here', () => {
    const known = recordFiles.filter((path) => basename(path) in EXPECTED);
    expect(known).not.toEqual([]);
  });

  test.each(recordFiles)('%s', (path) => {
    const summaries = recordTexts(path).map(summaryOf);
    // A file that somebody added must decode; what it should come to is not written down here.
    expect(summaries).toEqual(EXPECTED[basename(path)] ?? summaries);
  });

  test.each(filesOf(/^webhook\..*transition\.json$/))('%s', (path) => {
    const envelope = readEnvelope(readFileSync(path, 'utf8'));
    const [element] = envelope.ok ? envelope.elements : [];
    if (element === undefined) throw new Error('no element');
    const transition = decodeTransition(element, { receivedAtMs: RECEIVED_AT_MS });
    const expected: Record<string, unknown> = {
      'webhook.cardtransition.json': { subject: 'card', state: 'suspended' },
      'webhook.usertransition.json': { subject: 'user', state: 'active' },
    };
    if (expected[basename(path)] === undefined) expect(transition).toBeUndefined();
    else expect(transition).toMatchObject(expected[basename(path)] ?? {});
  });

  test('a duplicate in a batch has the key of its first', () => {
    const [path] = filesOf(/^webhook\.transaction\.out-of-order-duplicate\.json$/);
    const envelope = readEnvelope(path === undefined ? '' : readFileSync(path, 'utf8'));
    const keys = envelope.ok ? envelope.elements.map(elementKey) : [];
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(3);
  });
});
