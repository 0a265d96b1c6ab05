import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/random.ts';
import { createCanonical } from '../../../src/authorizations/workload/create-canonical.ts';
import type { JitRequest } from '../../../src/authorizations/workload/jit-request.ts';
import { programmeLines } from '../../../src/authorizations/workload/programme-lines.ts';

const USERS = 500;
const DRAWN = 100_000;
/** Some messages are still under way when the next is made. */
const UNDER_WAY = 20;

interface Draw {
  readonly request: JitRequest;
  /** Bodies that had been answered when it was drawn. */
  readonly wasAnswered: boolean;
}

interface Body {
  readonly token: string;
  readonly type: string;
  readonly user_token: string;
  readonly preceding_related_transaction_token?: string;
  readonly gpa_order?: { readonly token: string; readonly jit_funding: Readonly<Record<string, unknown>> };
}

const bodyOf = ({ body }: JitRequest): Body => JSON.parse(body) as Body;
const answerTo = ({ token }: JitRequest): string => `answer to ${token}`;

const told = ({ request: { method, userToken, amountText } }: Draw): string => `${method} ${userToken} ${amountText}`;

function draw(count: number, underWay: number): Draw[] {
  const workload = createCanonical({ users: USERS, random: createRandom(7), now: () => 1_800_000_000_000 });
  const answered = new Set<string>();
  const waiting: JitRequest[] = [];
  return Array.from({ length: count }, () => {
    const request = workload.next();
    if (request === undefined) throw new Error('the canonical workload ended');
    const drawn = { request, wasAnswered: answered.has(request.body) };
    waiting.push(request);
    const done = waiting.length > underWay ? waiting.shift() : undefined;
    if (done !== undefined) {
      answered.add(done.body);
      workload.answered(done, done.expected.outcome === 'decline' ? 402 : 200, answerTo(done));
    }
    return drawn;
  });
}

describe('the canonical workload', () => {
  let draws: Draw[];
  const share = (is: (request: JitRequest) => boolean): number =>
    draws.filter(({ request }) => is(request)).length / DRAWN;

  beforeAll(() => {
    draws = draw(DRAWN, UNDER_WAY);
  });

  test('declines a tenth, repeats a fiftieth and raises some authorizations', () => {
    expect(share(({ expected }) => expected.outcome === 'decline')).toBeCloseTo(0.1, 2);
    expect(share(({ expected }) => expected.outcome === 'repeat')).toBeCloseTo(0.02, 2);
    expect(share(({ method }) => method === 'pgfs.authorization.incremental')).toBeCloseTo(0.88 * 0.05, 2);
  });

  test('asks by mixed methods, mostly by purchases', () => {
    expect(share(({ method }) => method === 'pgfs.authorization')).toBeGreaterThan(0.65);
    for (const method of [
      'pgfs.auth_plus_capture',
      'pgfs.atm.withdrawal',
      'pgfs.authorization.cashback',
      'pgfs.balanceinquiry',
      'pgfs.authorization.account_verification',
      'pgfs.refund.authorization',
    ])
      expect(share((request) => request.method === method)).toBeGreaterThan(0.005);
  });

  test('no two messages share a token unless one repeats the other', () => {
    const fresh = draws.map(({ request }) => request).filter(({ expected }) => expected.outcome !== 'repeat');
    expect(new Set(fresh.map(({ token }) => token)).size).toBe(fresh.length);
    expect(new Set(fresh.map(({ transactionToken }) => transactionToken)).size).toBe(fresh.length);
  });

  test('repeats, byte for byte, only what has been answered, and expects the same answer', () => {
    const repeats = draws.filter(({ request }) => request.expected.outcome === 'repeat');
    expect(repeats.length).toBeGreaterThan(1000);
    for (const { request, wasAnswered } of repeats) {
      expect(wasAnswered).toBe(true);
      if (request.expected.outcome === 'repeat') expect(request.expected.of.body).toBe(answerTo(request));
    }
    expect(new Set(repeats.map(({ request }) => request.body)).size).toBeGreaterThan(500);
  });

  test('repeats declines too, and never an inquiry, whose balance moves on', () => {
    const repeats = draws.map(({ request }) => request).filter(({ expected }) => expected.outcome === 'repeat');
    const statuses = new Set(repeats.map(({ expected }) => expected.outcome === 'repeat' && expected.of.status));
    expect(statuses).toEqual(new Set([200, 402]));
    expect(repeats.some(({ method }) => method === 'pgfs.balanceinquiry')).toBe(false);
  });

  test('raises only a purchase of the same user that was approved before', () => {
    const approved = new Map<string, JitRequest>();
    let raised = 0;
    for (const { request } of draws) {
      if (request.method === 'pgfs.authorization.incremental' && request.expected.outcome !== 'repeat') {
        const body = bodyOf(request);
        const base = approved.get(body.preceding_related_transaction_token ?? '');
        expect(base?.userToken).toBe(request.userToken);
        expect(body.gpa_order?.jit_funding['original_jit_funding_token']).toBe(base?.token);
        expect(body.gpa_order?.token).toBe(base?.orderToken);
        raised++;
      }
      if (request.method === 'pgfs.authorization' && request.expected.outcome === 'approve')
        approved.set(request.transactionToken, request);
    }
    expect(raised).toBeGreaterThan(1000);
  });

  test('expects of each user what the programme says they must be told', () => {
    const reasons = reasonsOf(programmeLines(USERS));
    for (const { request } of draws) {
      const { expected } = request;
      if (expected.outcome === 'repeat') continue;
      const reason = expected.outcome === 'decline' ? expected.reason : undefined;
      expect(reason).toBe(reasons.get(request.userToken));
    }
    const seen = new Set(draws.map(({ request: { expected } }) => expected.outcome === 'decline' && expected.reason));
    expect(seen).toEqual(new Set([false, 'CARD_NOT_ACTIVE', 'TRANSACTION_NOT_PERMITTED', 'INSUFFICIENT_FUNDS']));
  });

  test('few cards make much of the traffic, and still each is used', () => {
    const uses = new Map<string, number>();
    for (const { request } of draws) uses.set(request.userToken, (uses.get(request.userToken) ?? 0) + 1);
    expect(uses.size).toBe(USERS);
    const tenth = [...uses.values()].toSorted((one, other) => other - one).slice(0, USERS / 10);
    expect(tenth.reduce((sum, count) => sum + count, 0) / DRAWN).toBeGreaterThan(0.35);
  });

  test('neither repeats nor raises anything while nothing has been answered', () => {
    for (const { request } of draw(2000, Infinity)) {
      expect(request.expected.outcome).not.toBe('repeat');
      expect(request.method).not.toBe('pgfs.authorization.incremental');
    }
  });

  test('is the same for the same seed, but for its tokens', () => {
    expect(draw(500, UNDER_WAY).map(told)).toEqual(draws.slice(0, 500).map(told));
  });

  test('needs a programme in which somebody stands badly', () => {
    expect(() => createCanonical({ users: 9, random: createRandom(1), now: () => 0 })).toThrow(RangeError);
  });
});

/** By the tokens of users who may spend nothing: why, as an import file says it. */
function reasonsOf(lines: Iterable<string>): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const line of lines) {
    const record = JSON.parse(line) as Readonly<Record<string, string>>;
    if (record['type'] === 'card' && record['state'] === 'suspended')
      reasons.set(record['user'] ?? '', 'CARD_NOT_ACTIVE');
    if (record['type'] !== 'account') continue;
    if (record['state'] === 'frozen') reasons.set(record['user'] ?? '', 'TRANSACTION_NOT_PERMITTED');
    if (record['opening_balance'] === '0.00') reasons.set(record['user'] ?? '', 'INSUFFICIENT_FUNDS');
  }
  return reasons;
}
