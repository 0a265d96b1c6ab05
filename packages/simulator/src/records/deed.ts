/**
 * What a transaction does to the cardholder's account once the platform let it pass: the simulator's own reading of PROTOCOL
 * section 5 and money.md. The model adds deeds up; the wire tells them by type, method and state.
 */
export type Deed =
  | 'hold' // an authorization: money set aside
  | 'hold_more' // an increment on the same chain
  | 'set_hold' // an advice that says what shall be set aside
  | 'give_back' // a reversal of part
  | 'give_all_back' // a reversal of what is left
  | 'lapse' // the platform lets the hold go
  | 'single' // PIN debit: authorization and clearing in one
  | 'undo_single' // the machine did not pay out
  | 'clear' // the merchant takes the money
  | 'debit' // taken without any authorization
  | 'promise' // a credit announced
  | 'set_promise'
  | 'take_promise_back'
  | 'credit' // money comes in
  | 'undo_credit'
  | 'provisional_credit' // a dispute: the cardholder is credited for the time being
  | 'chargeback' // credits only where the platform says so
  | 'case_completed' // credits where nothing did before
  | 'take_credit_back' // the merchant won
  | 'nothing';
