import { randomUUID } from 'node:crypto';
import { cardToken, userToken } from '../../programme.ts';
import { decimalText, MERCHANTS } from '../../wire.ts';
import { type BodySlot, createBodyTemplate } from './body-template.ts';
import type { Expected, JitRequest } from './jit-request.ts';
import type { MethodShape } from './method-shape.ts';
import type { Template } from './template.ts';
import type { WorkloadSource } from './workload.ts';

export interface RequestToMake {
  readonly shape: MethodShape;
  readonly user: number;
  readonly expected: Expected;
  /** The authorization that it follows, where its shape does. */
  readonly base?: Pick<JitRequest, 'token' | 'transactionToken' | 'orderToken'>;
}

export type MakeRequest = (wanted: RequestToMake) => JitRequest;

/** Makes messages of the programme's cards, no two with a token in common. Cheap: the generator shares the machine. */
export function createRequestMaker({ random, now }: Omit<WorkloadSource, 'users'>): MakeRequest {
  const templates = new Map<MethodShape, readonly Template<BodySlot>[]>();
  const timesAt = createTimes();

  function templateOf(shape: MethodShape): Template<BodySlot> {
    let all = templates.get(shape);
    if (all === undefined) {
      all = MERCHANTS.map((merchant) => createBodyTemplate(shape, merchant));
      templates.set(shape, all);
    }
    return all[Math.floor(random() * all.length)] as Template<BodySlot>;
  }

  return ({ shape, user, expected, base }) => {
    const times = timesAt(now());
    const slots: Record<BodySlot, string> = {
      transaction: randomUUID(),
      message: randomUUID(),
      order: base?.orderToken ?? randomUUID(),
      leg: randomUUID(),
      user: userToken(user),
      card: cardToken(user),
      // Mostly small, now and then large: 1.00 to 151.00 with a mean of 31.00.
      amount: shape.isZero ? '0' : decimalText(100 + Math.floor(random() ** 4 * 15_000)),
      second: times.second,
      day: times.day,
      received: times.received,
      preceding: base?.transactionToken ?? '',
      original: base?.token ?? '',
    };
    return {
      body: templateOf(shape)(slots),
      token: slots.message,
      method: shape.method,
      userToken: slots.user,
      amountText: slots.amount,
      transactionToken: slots.transaction,
      orderToken: slots.order,
      user,
      expected,
    };
  };
}

/** The texts of an instant, made once for each millisecond. */
function createTimes(): (ms: number) => { second: string; day: string; received: string } {
  let atMs = Number.NaN;
  let texts = { second: '', day: '', received: '' };
  return (ms) => {
    if (ms === atMs) return texts;
    atMs = ms;
    const received = new Date(ms).toISOString();
    texts = { second: `${received.slice(0, 19)}Z`, day: received.slice(0, 10), received };
    return texts;
  };
}
