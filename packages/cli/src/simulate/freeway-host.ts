import { importRecords, type Postgres } from '@freeway/postgres';
import {
  createExchange,
  createWebhookSender,
  type Scenario,
  type ScenarioHost,
  toDecimalText,
} from '@freeway/simulator';
import { presentedToGateway, presentedToIntake } from './simulated-marqeta.ts';
import type { PlayedSettings } from './simulate-settings.ts';

/** The Freeway that a scenario is played against, and how to leave it. */
export interface FreewayHost extends ScenarioHost {
  close(): Promise<void>;
}

/** Opens a user, an account and a card for one scenario; asks over HTTP, and reads what came of it in the ledger. */
export async function openFreewayHost(
  postgres: Postgres,
  played: PlayedSettings,
  { scenario, runId }: { readonly scenario: Scenario; readonly runId: string },
): Promise<FreewayHost> {
  const who = { userToken: `simulate_${runId}`, cardToken: `simulate_card_${runId}` };
  await openProtagonist(postgres, scenario, who);
  const timeoutMs = played.gateway.MARQETA_TIMEOUT_MS;
  const exchange = createExchange({ url: played.gatewayUrl, ...presentedToGateway(played.gateway), timeoutMs });
  const sender = createWebhookSender({
    url: played.intakeUrl,
    ...presentedToIntake(played.intake),
    seed: runId,
    // A few tries within a second: whoever watches does not wait for days.
    retriesMax: 3,
    secondMs: 10,
    lingerMs: 0,
  });
  return {
    ...who,
    async ask(body) {
      const outcome = await exchange.send(body);
      return outcome.kind === 'answered' ? outcome.answer : undefined;
    },
    async tell(notification) {
      const { dropped } = sender.report();
      sender.send(notification);
      await sender.drain();
      return sender.report().dropped === dropped;
    },
    ...ledgerOf(postgres, who.userToken, scenario.account.currency),
    async close() {
      await sender.stop();
      await exchange.close();
    },
  };
}

async function openProtagonist(
  postgres: Postgres,
  { account }: Scenario,
  { userToken, cardToken }: { readonly userToken: string; readonly cardToken: string },
): Promise<void> {
  const { currency, balanceMinor } = account;
  const records = [
    { type: 'user', token: userToken, state: 'active' },
    { type: 'account', user: userToken, currency, opening_balance: toDecimalText(balanceMinor, currency) },
    { type: 'card', token: cardToken, user: userToken, state: 'active' },
  ];
  const lines = records.map((content, index) => ({ line: index + 1, content }));
  const outcome = await importRecords(postgres, () => lines, { actor: 'freeway simulate', source: userToken });
  if (outcome.status === 'refused') throw new Error(outcome.faults.map(({ message }) => message).join('; '));
}

function ledgerOf(
  postgres: Postgres,
  userToken: string,
  currency: string,
): Pick<ScenarioHost, 'balances' | 'isBooked' | 'exceptions'> {
  return {
    async balances() {
      const [row] = await postgres.sql`
        select posted_minor, held_minor, pending_credit_minor from accounts
          where owner_kind = 'user' and owner_token = ${userToken} and currency = ${currency}`;
      return {
        postedMinor: BigInt(row?.['posted_minor'] ?? 0),
        heldMinor: BigInt(row?.['held_minor'] ?? 0),
        pendingMinor: BigInt(row?.['pending_credit_minor'] ?? 0),
      };
    },
    async isBooked(token) {
      const rows = await postgres.sql`select from records where transaction_token = ${token} limit 1`;
      return rows.length > 0;
    },
    async exceptions(token) {
      const rows = await postgres.sql`
        select reason from record_exceptions where transaction_token = ${token} and state = 'open' order by reason`;
      return rows.map((row) => row['reason'] as string);
    },
  };
}
