import { createModel, type Model } from '../model.ts';
import { createPlatform, type Platform } from '../lives/platform.ts';
import { createRandom } from '../random.ts';
import { MERCHANTS } from '../merchants.ts';
import { MESSAGE_KINDS } from '../message.ts';
import { toDecimalText } from '../decimal-money.ts';
import type { Merchant } from '../merchants.ts';
import type { Message, MessageKindName } from '../message.ts';
import type { Notification } from '../webhooks/webhook-sender.ts';
import type { OwnerRef, Programme } from '../programme.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

/** Whose life a scenario tells. */
export interface Protagonist {
  readonly userToken: string;
  readonly cardToken: string;
}

/** What builds the messages of a scenario: books of its own, so that a reversal knows what is left to reverse. */
export interface ScenarioTools {
  readonly model: Model;
  readonly platform: Platform;
  /** Notifications that the platform has told and nobody has sent yet. */
  readonly told: Notification[];
  messageOf(step: ScenarioStep, kind: MessageKindName): Message;
  /** The transaction of an earlier step. */
  readonly done: Map<string, Message>;
  caseToken(name: string): string;
}

export function createScenarioTools(
  scenario: Scenario,
  who: Protagonist,
  runId: string,
  now: () => number,
): ScenarioTools {
  const { currency } = scenario.account;
  const model = createModel(programmeOf(scenario, who));
  const told: Notification[] = [];
  const platform = createPlatform({ model, now, send: (each) => void told.push(each) });
  const done = new Map<string, Message>();
  return {
    model,
    platform,
    told,
    done,
    caseToken: (name) => createRandom(`case ${runId} ${name}`).uuid(),
    messageOf(step, kindName) {
      const random = createRandom(`step ${runId} ${step.name}`);
      const before = step.follows === undefined ? undefined : done.get(step.follows);
      return {
        kind: MESSAGE_KINDS[kindName],
        transactionToken: random.uuid(),
        messageToken: random.uuid(),
        payer: { kind: 'user', token: who.userToken },
        userToken: who.userToken,
        cardToken: who.cardToken,
        lastFour: '0000',
        amountText: toDecimalText(step.amountMinor, currency),
        amountForm: 'padded',
        currency,
        merchant: merchantOf(step),
        receivedAtMs: now(),
        network: step.network,
        ...(step.cashBackMinor === undefined ? {} : { cashBackMinor: step.cashBackMinor }),
        ...(step.isPreauthorization ? { isPreauthorization: true } : {}),
        ...(step.fastFunds ? { fastFunds: true } : {}),
        ...(before === undefined
          ? {}
          : {
              extends: before.extends ?? {
                transactionToken: before.transactionToken,
                messageToken: before.messageToken,
              },
            }),
        model: 2,
      };
    },
  };
}

/** Where a merchant of this category does its business: on the web or at a till. */
function merchantOf({ mid, mcc }: ScenarioStep): Merchant {
  const like = MERCHANTS.find((each) => each.mcc === mcc) ?? (MERCHANTS[0] as Merchant);
  return { ...like, mid, mcc };
}

function programmeOf({ account }: Scenario, { userToken, cardToken }: Protagonist): Programme {
  const owner: OwnerRef = { kind: 'user', token: userToken };
  const { currency, balanceMinor } = account;
  return {
    users: [{ token: userToken, state: 'active', blocked: false }],
    businesses: [],
    accounts: [{ owner, currency, openingMinor: balanceMinor, creditLineMinor: 0n, state: 'open' }],
    cards: [
      {
        token: cardToken,
        holder: owner,
        payer: owner,
        userToken,
        currency,
        lastFour: '0000',
        state: 'active',
        expires: '2099-12',
        blockedCategories: [],
      },
    ],
    limits: [],
  };
}
