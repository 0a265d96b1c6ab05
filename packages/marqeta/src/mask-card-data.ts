import { MASK, maskCardNumbers } from './card-number.ts';

/** What PCI DSS allows nobody to store after an authorization: gone, whatever it looks like. */
const SECRET_MEMBERS =
  /^(?:cvv2?|cvv_number|cvc2?|cvn|card_security_code|security_code|cvv_value|pin|pin_?block|encrypted_pin|track_?[12](?:_data)?|track_data|magnetic_stripe)$/i;

/** Card numbers by name. Masked ones, with some digits left, stay as they are. */
const NUMBER_MEMBERS = /^(?:pan|primary_account_number|card_number|account_number|full_pan|dpan|fpan)$/i;

/**
 * Tokens, references and codes: long digits there are no card number, one in ten passes Luhn, and chains are found by them
 * (record-links.ts).
 */
const REFERENCES =
  /(?:^|_)(?:tokens?|ids?|identifier|numbers?|references?|data|code|arn|trace|hash|amount|timestamp|time|date|key|uuid|version)$/i;

/** Most bodies have nothing that is worth a closer look. */
const SUSPECT =
  /\d{12}|\d{4}[ -]\d{4}|\\u00[23]|"(?:cv[vcn]|card_|security_|pin|enc|track|mag|pan|primary|account_n|full_|[df]pan)/i;

const TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|(?<![\w.])\d{12,19}(?![\w.])|(?<=:\s*)\d{3,4}(?=\s*[,}])/g;

/**
 * A JSON text as it came, character by character, but for card numbers and security codes, which become `***`. For what is
 * queued, stored and archived before anybody has understood it: what stands where nobody expects it must not stay.
 */
export function maskCardData(json: string): string {
  if (!SUSPECT.test(json)) return json;
  let member = '';
  return json.replace(TOKEN, (found: string, _inner: string | undefined, colon: string | undefined) => {
    if (!found.startsWith('"')) return maskNumber(found, member);
    if (colon === undefined) return maskText(found, member);
    member = readText(found.slice(0, found.lastIndexOf('"') + 1));
    // A name that is a card number names nothing that we read.
    const name = maskCardNumbers(member);
    return name === member ? found : `${JSON.stringify(name)}:`;
  });
}

function maskNumber(digits: string, member: string): string {
  if (SECRET_MEMBERS.test(member)) return `"${MASK}"`;
  if (REFERENCES.test(member) && !NUMBER_MEMBERS.test(member)) return digits;
  return maskCardNumbers(digits) === digits ? digits : `"${MASK}"`;
}

function maskText(quoted: string, member: string): string {
  const text = readText(quoted);
  if (SECRET_MEMBERS.test(member)) return /\d/.test(text) ? `"${MASK}"` : quoted;
  if (REFERENCES.test(member) && !NUMBER_MEMBERS.test(member)) return quoted;
  const masked = maskCardNumbers(text);
  return masked === text ? quoted : JSON.stringify(masked);
}

function readText(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}
