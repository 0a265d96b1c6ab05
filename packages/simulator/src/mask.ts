/** Members whose values identify a card or a person (PROTOCOL section 15, point 21). */
const SENSITIVE = new Set([
  'card_token',
  'last_four',
  'token_pan',
  'token_expiration',
  'device',
  'wallet_provider_profile',
  'address_verification',
  'metadata',
]);

/** A message fit for a report: card data and personal data replaced, amounts kept as written. */
export function maskBody(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text, maskMember));
  } catch {
    // Text that is no JSON may hold anything.
    return `(${text.length} characters, not JSON)`;
  }
}

function maskMember(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (SENSITIVE.has(key)) return '***';
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return (JSON as unknown as { rawJSON(source: string): unknown }).rawJSON(context.source);
}
