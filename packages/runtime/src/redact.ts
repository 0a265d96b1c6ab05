/** What stands in a log line in place of a secret, card data or personal data. */
export const REDACTED = '[redacted]';

/** Longer texts are cut: nothing that long is a message for a person, and it may be a message body. */
const TEXT_MAX = 8192;

/** A member whose name has one of these words, split at case and punctuation, is never written. */
const WORDS = new Set(
  'pan pin cvv cvv2 cvc cvc2 track1 track2 ssn dob dsn zip email mail phone mobile cookie pwd authentication'.split(
    ' ',
  ),
);

/** Nor one whose name, in lower case without punctuation, contains one of these. */
const FRAGMENTS = [
  'password passwd passphrase secret credential apikey privatekey accesskey signature cookie connectionstring',
  'accesstoken authtoken bearertoken refreshtoken sessiontoken',
  'primaryaccount cardnumber accountnumber pinblock trackdata securitycode cardexpir',
  'firstname lastname middlename fullname surname maidenname holdername nameoncard',
  'email phonenumber address street postalcode zipcode birth passport nationalid taxid',
].flatMap((line) => line.split(' '));

/** Nor exactly these: headers, statements, and message bodies, which are all of the above at once. */
const NAMES = new Set(
  'authorization proxyauthorization auth query sql params parameters args body payload jitheadervalue webhookheadervalue'.split(
    ' ',
  ),
);

/** Endpoints of our own connections; everything else called an address is a person's. */
const PLAIN = new Set(['remoteaddress', 'localaddress', 'ipaddress']);

export function isSensitiveName(name: string): boolean {
  const plain = name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  if (PLAIN.has(plain)) return false;
  if (NAMES.has(plain) || plain.endsWith('body') || plain.endsWith('payload')) return true;
  if (FRAGMENTS.some((fragment) => plain.includes(fragment))) return true;
  return name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).some((word) => WORDS.has(word.toLowerCase()));
}

/** Up to the last @ of a URL: passwords are not always encoded as they should be. Paths in stack traces stay. */
const URL_CREDENTIALS = /(?<!file):\/\/[^\s"'<>]{0,512}@/g;
const SCHEME = /\b(basic|bearer)\s+[\w+/.~=-]{16,}/gi;
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b/g;
const CARD_NUMBER = /(?<![\w-])[2-6](?:[ -]?\d){12,18}(?![\w-])/g;

/** `name: value`, `name=value`, and JSON inside a text, however often it was quoted. */
const NAME = /(?<![\w-])([\w-]+)\\{0,16}["']?\s{0,8}[:=]\s{0,8}/g;
/** Of a container everything that follows goes with it: where it ends cannot be told from here. */
const VALUE = /\\{0,16}["']?\s{0,8}[{[][^]*|\\{0,16}"(?:[^"\\]|\\[^"])*\\{0,16}"|'[^']*'|[^\n,;&"'}\]]*/y;

/** Takes what looks like a secret, a card number or an e-mail address out of a text. */
export function redactText(text: string): string {
  const cut = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}... ${text.length - TEXT_MAX} more` : text;
  return redactNamed(cut)
    .replace(URL_CREDENTIALS, `://${REDACTED}@`)
    .replace(SCHEME, `$1 ${REDACTED}`)
    .replace(EMAIL, REDACTED)
    .replace(CARD_NUMBER, (digits) => (isCardNumber(digits) ? REDACTED : digits));
}

function redactNamed(text: string): string {
  let redacted = '';
  let done = 0;
  for (const match of text.matchAll(NAME)) {
    const valueAt = match.index + match[0].length;
    // A name inside a value that is already gone.
    if (match.index < done || !isSensitiveName(match[1] ?? '')) continue;
    VALUE.lastIndex = valueAt;
    redacted += text.slice(done, valueAt) + REDACTED;
    done = valueAt + (VALUE.exec(text)?.[0].length ?? 0);
  }
  return redacted + text.slice(done);
}

/** Luhn's check digit. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

type ReviverContext = { readonly source?: string };
type Reviver = (this: unknown, name: string, value: unknown, context: ReviverContext) => unknown;
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

const redactMember: Reviver = (name, value, context) => {
  if (value === null || value === undefined) return value;
  if (isSensitiveName(name)) return REDACTED;
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'number') return value;
  if (isCardNumberValue(value)) return REDACTED;
  // bigint amounts are written as plain digits; reading them as a float must not change them.
  return Number.isSafeInteger(value) || context.source === undefined ? value : rawJson(context.source);
};

function isCardNumberValue(value: number): boolean {
  return value >= 2e12 && redactText(String(value)) === REDACTED;
}

const parseRevived = JSON.parse as (text: string, reviver: Reviver) => unknown;

/**
 * Redacts one finished line of the log, whatever wrote it: fields, child bindings, serialisers and libraries all pass
 * here, at every depth. A line that cannot be read is dropped rather than trusted.
 */
export function redactLine(line: string): string {
  try {
    return `${JSON.stringify(parseRevived(line, redactMember))}\n`;
  } catch {
    return '{"level":"error","msg":"a log line could not be redacted and was dropped"}\n';
  }
}
