import type { WireObject } from '../read-member.ts';
import { ask, expectThat, failed, member, ok, type SetUpCheck, type SetUpExpected, textOf } from './set-up-check.ts';

/** The control set of a funding source, with the limits that it names; no mode where there is none. */
export interface CommandoOf {
  readonly token: string;
  readonly mode: WireObject | undefined;
  readonly limits: readonly { readonly token: string; readonly value: WireObject | undefined }[];
}

/** The limits that a control set names. */
export function limitTokens(mode: WireObject | undefined): readonly string[] {
  const tokens = member(mode, 'commando_mode_enables', 'velocity_controls');
  return Array.isArray(tokens) ? tokens.map(textOf) : [];
}

/** Stand-in, automatic or by hand (PROTOCOL 9.1), of the control sets for this funding source. */
export function checkCommando({ token, mode, limits }: CommandoOf, expected: SetUpExpected): SetUpCheck[] {
  const name = `commando of ${token}`;
  if (mode === undefined)
    return [
      ask(
        name,
        'none',
        'while we cannot answer every purchase is declined: set Commando Mode up through Marqeta, or accept that',
      ),
    ];
  const criteria = member(mode, 'real_time_standin_criteria');
  const enables = member(mode, 'commando_mode_enables');
  return [
    expectThat(
      member(mode, 'current_state', 'commando_enabled') !== true,
      `${name} by hand`,
      member(mode, 'current_state', 'commando_enabled') === true ? 'on: nothing reaches the gateway' : 'off',
      'have it switched off',
    ),
    ...standIns(name, criteria, expected),
    ...(limits.length === 0
      ? [
          failed(
            `${name} velocity_controls`,
            'none',
            'have limits set: without them a stand-in approves whatever the card asks for',
          ),
        ]
      : limits.map(({ token: limit, value }) => checkLimit(`${name} limit ${limit}`, value))),
    member(enables, 'ignore_card_suspended_state') === true
      ? failed(`${name} ignore_card_suspended_state`, 'true', 'have it set to false: suspended cards would be approved')
      : ok(`${name} ignore_card_suspended_state`, 'false'),
  ];
}

const CRITERIA = ['include_connection_errors', 'include_response_timeouts', 'include_application_errors'] as const;

function standIns(name: string, criteria: unknown, { asksForStandIn }: SetUpExpected): SetUpCheck[] {
  const label = `${name} real_time_standin_criteria`;
  if (member(criteria, 'enabled') !== true)
    return [ask(label, 'off', 'nobody stands in of itself: while we cannot answer every purchase is declined')];
  return CRITERIA.map((criterion) => {
    const isOn = member(criteria, criterion) === true;
    if (criterion === 'include_application_errors' && isOn && !asksForStandIn)
      return ask(
        `${name} ${criterion}`,
        'on',
        'LEDGER_UNAVAILABLE=decline answers 402, in which nobody stands in: is that meant?',
      );
    if (isOn) return ok(`${name} ${criterion}`, 'on');
    return ask(`${name} ${criterion}`, 'off', 'in this case purchases are declined: is that meant?');
  });
}

/** What a stand-in may approve, which is nothing that our own limits know of. */
function checkLimit(name: string, limit: WireObject | undefined): SetUpCheck {
  if (limit === undefined) return failed(name, 'Marqeta does not know it', 'have it corrected');
  if (limit['active'] === false) return failed(name, 'not active', 'have it activated');
  const { amount_limit: amount, currency_code: currency, velocity_window: window, usage_limit: uses } = limit;
  const times = typeof uses === 'number' && uses >= 0 ? `, ${uses} times` : '';
  return ask(
    name,
    `${textOf(amount)} ${textOf(currency)} a ${textOf(window)}${times}`,
    'is that what may be lost while we are away?',
  );
}
