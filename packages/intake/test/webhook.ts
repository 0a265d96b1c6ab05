let made = 0;

/** A webhook in the platform's shape, of a transaction that no other has; the more elements, the longer. */
export function webhook({ elements = 1, holder = 'Ada Lovelace' } = {}): string {
  const transactions = Array.from({ length: elements }, () => {
    made += 1;
    return `{"type":"authorization","token":"t-${made}","state":"PENDING","amount":10.50,"cardholder":{"name":"${holder}"}}`;
  });
  return `{ "transactions" : [${transactions.join(', ')}] }`;
}
