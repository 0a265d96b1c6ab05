export interface Purchase {
  readonly userToken: string;
  readonly cardToken: string;
  readonly currency: string;
  /** Decimal text in major units, written as it stands. */
  readonly amount: string;
  /** Of the transaction and of its funding message. */
  readonly token: string;
}

/** The shortest purchase that a gateway must answer, as JSON text on one line (PROTOCOL section 3): for trying by hand. */
export function purchaseText({ userToken, cardToken, currency, amount, token }: Purchase): string {
  const funding = `{"token":"${token}","method":"pgfs.authorization","user_token":"${userToken}","amount":${amount}}`;
  return (
    `{"type":"authorization","state":"PENDING","token":"${token}","user_token":"${userToken}",` +
    `"card_token":"${cardToken}","amount":${amount},"currency_code":"${currency}",` +
    `"card_acceptor":{"mcc":"5812","name":"CORNER CAFE","country_code":"USA"},` +
    `"gpa_order":{"amount":${amount},"currency_code":"${currency}","jit_funding":${funding}}}`
  );
}
