/** One message of the platform, and what it must be told. */
export interface JitRequest {
  readonly body: string;
  /** What the answer must repeat. */
  readonly token: string;
  readonly method: string;
  readonly userToken: string;
  /** As it stands in the body. */
  readonly amountText: string;
  /** By these a later message of the same chain names it. */
  readonly transactionToken: string;
  readonly orderToken: string;
  /** Of the programme. */
  readonly user: number;
  readonly expected: Expected;
}

export type Expected =
  | { readonly outcome: 'approve' }
  /** Approved, and told what is in the account. */
  | { readonly outcome: 'inquire' }
  /** The platform's word for the reason. */
  | { readonly outcome: 'decline'; readonly reason: string }
  /** The same bytes were sent before and answered so. */
  | { readonly outcome: 'repeat'; readonly of: Answer };

export interface Answer {
  readonly status: number;
  readonly body: string;
}
