import { type DecisionPolicy, parseAmount } from '@freeway/core';
import type { Settings } from '@freeway/runtime';

type PolicySettings = Pick<
  Settings<'gateway'>,
  'REFUND_AUTHORIZATIONS' | 'ORIGINAL_CREDITS' | 'ORIGINAL_CREDIT_MAX' | 'UNKNOWN_CARD' | 'REQUIRE_ACTIVE'
>;

/**
 * The operator's policy for requests in one currency. ORIGINAL_CREDIT_MAX is in major units of whatever currency the
 * credit has; a currency that cannot express it accepts none.
 */
export function createPolicy(settings: PolicySettings): (currency: string) => DecisionPolicy {
  const policies = new Map<string, DecisionPolicy>();
  const common = {
    refundAuthorizationEnabled: settings.REFUND_AUTHORIZATIONS,
    originalCreditEnabled: settings.ORIGINAL_CREDITS,
    unknownCard: settings.UNKNOWN_CARD,
    requireActive: settings.REQUIRE_ACTIVE,
  };
  return (currency) => {
    const known = policies.get(currency);
    if (known !== undefined) return known;
    const max =
      settings.ORIGINAL_CREDIT_MAX === undefined ? undefined : parseAmount(settings.ORIGINAL_CREDIT_MAX, currency);
    const policy = max === undefined ? common : { ...common, originalCreditMaxMinor: max.ok ? max.amountMinor : 0n };
    // Only real currencies are kept: the wire can name any text.
    if (max === undefined || max.ok || max.fault !== 'unknown_currency') {
      if (policies.size < 200) policies.set(currency, policy);
    }
    return policy;
  };
}
