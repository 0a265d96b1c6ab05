import { maskCardData } from './mask-card-data.ts';
import { isObject } from './read-member.ts';

/** A webhook as far as it must be understood to take it in; what its elements mean is for whoever reads the queue. */
export interface ReceivedWebhook {
  /** The body, character by character as it came but for card numbers and security codes (maskCardData). */
  readonly text: string;
  /** It asks whether we live: the answer carries PING_ANSWER (PROTOCOL 10.4). */
  readonly isPing: boolean;
  /** It says something that must be kept: all but a ping on its own. */
  readonly isNews: boolean;
}

export type DecodedWebhook =
  | { readonly ok: true; readonly webhook: ReceivedWebhook }
  /** One sentence that holds nothing of the body: it may be logged and sent back. */
  | { readonly ok: false; readonly fault: string };

export const PING_ANSWER = '{"my_endpoint_status":"alive"}';

const PINGS = 'pings';

// A byte order mark is kept, and then is no JSON, rather than taken out of a text that is passed on verbatim.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a webhook's envelope. Any object will do, whatever its keys (PROTOCOL 10.3: unknown ones are kept). Never throws
 * on any body.
 */
export function decodeWebhook(rawBody: Uint8Array): DecodedWebhook {
  let text: string;
  let envelope: unknown;
  try {
    text = utf8.decode(rawBody);
    envelope = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'The body is not JSON in UTF-8.' };
  }
  if (!isObject(envelope)) return { ok: false, fault: 'The body is not a JSON object.' };
  const isPing = Array.isArray(envelope[PINGS]);
  const isNews = !isPing || Object.keys(envelope).some((key) => key !== PINGS);
  return { ok: true, webhook: { text: maskCardData(text), isPing, isNews } };
}
