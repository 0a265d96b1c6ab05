const SHORTEST_PAN = 12;
const DIGIT_RUN = /\d{12,}/g;
/** Card numbers as people write them, 4-4-4-n, 4-4-4-4-n and 4-6-5. No UUID matches: its last group is too long. */
const PRINTED_PAN = /\b(?:\d{4}([ -])\d{4}\1\d{4}\1(?:\d{4}\1\d{1,3}|\d{1,7})|\d{4}([ -])\d{6}\2\d{5})\b/g;

export const MASK = '***';

/** A text without what could be a card number: 12 digits or more that pass Luhn. */
export function maskCardNumbers(text: string): string {
  if (text.length < SHORTEST_PAN) return text;
  return text.replace(DIGIT_RUN, maskIfCardNumber).replace(PRINTED_PAN, maskIfCardNumber);
}

function maskIfCardNumber(digits: string): string {
  return passesLuhn(digits) ? MASK : digits;
}

/** The check digit of card numbers (ISO/IEC 7812-1), over the digits of a text that may hold separators. */
function passesLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
