import type { WireObject } from '../read-member.ts';
import { isObject } from '../read-member.ts';

/** One thing that is looked at in how the programme is set up at Marqeta. */
export interface SetUpCheck {
  readonly name: string;
  /** `ask`: nothing is wrong with it, but somebody must want it so. */
  readonly state: 'ok' | 'failed' | 'not_checked' | 'ask';
  /** What was found: never a secret. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** How it must be set up for this Freeway. */
export interface SetUpExpected {
  readonly gatewayUrl: string;
  readonly gatewayUsername: string;
  readonly gatewayHeader: string | undefined;
  readonly timeoutMs: number;
  /** Whether we answer with an error when the ledger cannot, so that somebody may stand in. */
  readonly asksForStandIn: boolean;
  readonly webhookUrl: string;
  readonly webhookUsername: string;
  readonly webhookHeader: string | undefined;
  readonly isSigned: boolean;
  readonly signatureAlgorithms: readonly string[];
}

export function ok(name: string, found: string): SetUpCheck {
  return { name, state: 'ok', found };
}

export function failed(name: string, found: string, advice: string): SetUpCheck {
  return { name, state: 'failed', found, advice };
}

export function ask(name: string, found: string, advice: string): SetUpCheck {
  return { name, state: 'ask', found, advice };
}

/** `ok` if it is as it must be, else what to do. */
export function expectThat(holds: boolean, name: string, found: string, advice: string): SetUpCheck {
  return holds ? ok(name, found) : failed(name, found, advice);
}

export function member(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = isObject(at) ? at[name] : undefined;
  return at;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? 'not set' : JSON.stringify(value);
}

export function tokenOf(value: WireObject): string {
  return textOf(value['token']);
}

/** Answers may hide what is secret behind asterisks (PROTOCOL 10.6): then nothing can be compared. */
export function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.includes('*');
}

/** The custom headers that are sent with every request, whatever the case of their names (PROTOCOL 2.1, 10.2). */
export function checkHeader(name: string, headers: unknown, wanted: string | undefined): SetUpCheck[] {
  if (wanted === undefined) return [];
  const names = isObject(headers) ? Object.keys(headers) : [];
  const isThere = names.some((each) => each.toLowerCase() === wanted.toLowerCase());
  return [
    expectThat(
      isThere,
      `${name} custom_header`,
      isThere ? wanted : names.length === 0 ? 'none' : names.join(', '),
      `add the header ${wanted}: without it every request is refused with 401`,
    ),
  ];
}

export function checkUsername(name: string, given: unknown, wanted: string): SetUpCheck {
  const label = `${name} basic_auth_username`;
  if (isMasked(given))
    return { name: label, state: 'not_checked', found: 'masked by the API', advice: 'a request from Marqeta shows it' };
  return expectThat(given === wanted, label, textOf(given), `set it to ${wanted}, and its password`);
}
