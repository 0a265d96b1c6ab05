import { importRecords, type Postgres } from '@freeway/postgres';
import { purchaseText } from '@freeway/simulator';

/** A card of its own for whoever tries the gateway by hand: the simulator never plays with it. */
export const VISITOR = { user: 'visitor', card: 'visitor_card', currency: 'USD', balance: '1000.00' } as const;

export async function openVisitor(postgres: Postgres): Promise<void> {
  const { user, card, currency, balance } = VISITOR;
  const records = [
    { type: 'user', token: user, state: 'active' },
    { type: 'account', user, currency, opening_balance: balance },
    { type: 'card', token: card, user, state: 'active' },
  ];
  const lines = records.map((content, index) => ({ line: index + 1, content }));
  await importRecords(postgres, () => lines, { actor: 'freeway seed', source: 'visitor' });
}

/** One line to paste into a shell: a new purchase each time it is run. */
export function curlLine(url: string, username: string, password: string): string {
  const { user: userToken, card: cardToken, currency } = VISITOR;
  // the shell puts a number that grows between the quotes
  const body = purchaseText({ userToken, cardToken, currency, amount: '12.34', token: `'$(date +%s%N)'` });
  return `curl -s -w ' %{http_code}\\n' -u '${username}:${password}' ${url}/v1/jit -d '${body}'`;
}
