/**
 * Something that is neither a decision nor a bad message: a part of the system could not do its work.
 * `unavailable`: nothing happened. `contended`: nothing happened, try again. `outcome_unknown`: it may have happened;
 * never retried blindly, ask again by key.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: 'unavailable' | 'contended' | 'outcome_unknown';

  constructor(code: Fault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
