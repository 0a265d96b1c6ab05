import { concludeAsked, networkStandIn } from '../lives/conclude.ts';
import { createRandom } from '../random.ts';
import { DEFAULT_CONDUCT, type Conduct } from '../lives/conduct.ts';
import { firstTokenOf } from '../transaction-parts.ts';
import { standInKindOf, type RecordKindName } from '../records/record-kind.ts';
import type { FollowUp } from '../lives/platform.ts';
import type { GatewayExchange, Happening } from '../records/happening.ts';
import type { Message } from '../message.ts';
import type { ScenarioStep } from './scenario.ts';
import type { ScenarioTools } from './scenario-tools.ts';

/** Nothing happens by chance in a scenario. */
const STRICT = Object.fromEntries(Object.keys(DEFAULT_CONDUCT).map((name) => [name, 0])) as unknown as Conduct;

/** The platform's record of a request that the gateway was asked about, or that the platform decided without it. */
export function tellRequest(
  tools: ScenarioTools,
  step: ScenarioStep,
  message: Message,
  asked: GatewayExchange | undefined,
): Happening {
  const { platform, done } = tools;
  done.set(step.name, message);
  if (asked === undefined) {
    const conclusion = {
      ...networkStandIn(message, false),
      ...(message.extends ? { follows: firstTokenOf(message) } : {}),
    };
    if (step.standIn === undefined || step.standIn === 'NETWORK') return platform.conclude(conclusion);
    return platform.conclude({ ...conclusion, kind: standInKindOf(message.kind, true), standInBy: step.standIn });
  }
  const conduct = {
    ...STRICT,
    judgedLate: step.gateway === 'late' ? 1 : 0,
    commando: step.standIn === undefined ? 0 : 1,
  };
  return platform.conclude(
    concludeAsked(message, asked, { conduct, random: createRandom('strict'), mayStandIn: true }),
  );
}

/** The platform's record of something that no gateway is asked about. */
export function tellRecord(tools: ScenarioTools, step: ScenarioStep, kind: RecordKindName): Happening {
  const { platform, done, messageOf } = tools;
  const before = step.follows === undefined ? undefined : done.get(step.follows);
  const terms = termsOf(tools, step, before);
  if (before === undefined) {
    const conclusion = platform.concludeAlone(kind, messageOf(step, 'authorization'), terms);
    done.set(step.name, conclusion.message);
    return conclusion;
  }
  const happening = platform.followUp(readingOf(tools, step, kind, before), before, terms);
  done.set(step.name, happening.message);
  return happening;
}

function termsOf(tools: ScenarioTools, step: ScenarioStep, before: Message | undefined): FollowUp {
  const { amountMinor, isFinal, releaseMinor, part, dispute } = step;
  const clearing = {
    ...(isFinal === undefined ? {} : { isFinal }),
    ...(releaseMinor === undefined ? {} : { releaseMinor }),
    ...(part === undefined ? {} : { part }),
  };
  const common = {
    ...(before === undefined ? {} : { follows: before.transactionToken }),
    ...(Object.keys(clearing).length === 0 ? {} : { clearing }),
    ...(dispute === undefined ? {} : { dispute: caseOf(tools, step, dispute, before) }),
  };
  const isDifference = step.kind.is === 'record' && step.kind.kind === 'advice_by_difference';
  if (!isDifference) return { ...common, amountMinor };
  // The step says what shall be held; the funding carries what is released (PROTOCOL section 5.5).
  return { ...common, amountMinor: heldMinor(tools, before) - amountMinor, shownMinor: amountMinor };
}

function caseOf(
  tools: ScenarioTools,
  { type }: ScenarioStep,
  { name, creditsUser }: NonNullable<ScenarioStep['dispute']>,
  before: Message | undefined,
): NonNullable<Happening['dispute']> {
  const state = type.endsWith('.completed') ? 'CASE_WON' : type.endsWith('.debit') ? 'CASE_LOST' : 'INITIATED';
  return {
    caseToken: tools.caseToken(name),
    state,
    creditsUser,
    disputedToken: before?.transactionToken ?? '',
    openedAtMs: tools.platform.now(),
  };
}

/** A reversal of all that is left closes the order; of less it does not (PROTOCOL section 5.6). */
function readingOf(tools: ScenarioTools, step: ScenarioStep, kind: RecordKindName, before: Message): RecordKindName {
  if (kind !== 'partial_reversal') return kind;
  return step.amountMinor >= heldMinor(tools, before) ? 'full_reversal' : 'partial_reversal';
}

function heldMinor({ model }: ScenarioTools, before: Message | undefined): bigint {
  return before === undefined ? 0n : (model.chain(firstTokenOf(before))?.heldMinor ?? 0n);
}
