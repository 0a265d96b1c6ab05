import { isObject, NumberText, type AnswerObject, type AnswerValue } from '../answer.ts';
import { toMinor, toSignedMinor } from '../decimal-money.ts';

/** Reads the members of one object of a scenario and collects what is wrong with them, each with where it is. */
export interface Words {
  text(word: string): string | undefined;
  optionalText(word: string): string | undefined;
  flag(word: string): boolean | undefined;
  choice<const C extends string>(word: string, choices: readonly C[]): C | undefined;
  object(word: string): AnswerObject | undefined;
  /** `isOpen`: other members than those that are read are no fault. */
  optionalObject(word: string, isOpen?: boolean): Words | undefined;
  list(word: string): readonly AnswerValue[] | undefined;
  texts(word: string): readonly string[] | undefined;
  /** A decimal, as number or text, in minor units. */
  amount(word: string, currency: string, isOptional?: boolean): bigint | undefined;
  /** The same with a sign: `+50.00` or `-50.00`. */
  change(word: string, currency: string): bigint | undefined;
  fault(word: string, sentence: string): void;
  /** Names the words that nobody asked for. */
  end(): void;
}

export function createWords(value: AnswerObject, where: string, faults: string[]): Words {
  const asked = new Set<string>();
  const at = (word: string): string => (where === '' ? word : `${where}.${word}`);
  const fault = (word: string, sentence: string): void => void faults.push(`${at(word)}: ${sentence}`);
  const read = (word: string): AnswerValue | undefined => {
    asked.add(word);
    return value[word];
  };

  function optional<T>(word: string, what: string, accept: (found: AnswerValue) => T | undefined): T | undefined {
    const found = read(word);
    if (found === undefined) return undefined;
    const accepted = accept(found);
    if (accepted === undefined) fault(word, `it is no ${what}`);
    return accepted;
  }

  function required<T>(word: string, what: string, accept: (found: AnswerValue) => T | undefined): T | undefined {
    if (read(word) === undefined) fault(word, 'it is missing');
    return optional(word, what, accept);
  }

  return {
    text: (word) => required(word, 'text', asText),
    optionalText: (word) => optional(word, 'text', asText),
    flag: (word) => optional(word, 'true or false', (found) => (typeof found === 'boolean' ? found : undefined)),
    choice: (word, choices) =>
      optional(word, `word of ${choices.join(', ')}`, (found) => choices.find((choice) => choice === found)),
    object: (word) => required(word, 'object', (found) => (isObject(found) ? found : undefined)),
    optionalObject(word, isOpen = false) {
      const found = optional(word, 'object', (each) => (isObject(each) ? each : undefined));
      return found && createWords(found, at(word), isOpen ? [] : faults);
    },
    list: (word) => required(word, 'list', (found) => (Array.isArray(found) ? found : undefined)),
    texts: (word) =>
      optional(word, 'list of texts', (found) =>
        Array.isArray(found) && found.every((each) => typeof each === 'string') ? (found as string[]) : undefined,
      ),
    amount(word, currency, isOptional = false) {
      const accept = (found: AnswerValue): bigint | undefined => toMinor(decimalText(found), currency);
      return (isOptional ? optional : required)(word, `amount of ${currency}`, accept);
    },
    change: (word, currency) =>
      optional(word, `change such as +1.00 or -1.00 of ${currency}`, (found) =>
        toSignedMinor(decimalText(found).replace(/^\+/, ''), currency),
      ),
    fault,
    end() {
      for (const word of Object.keys(value))
        if (!asked.has(word)) fault(word, `nobody knows this word; known are ${[...asked].join(', ')}`);
    },
  };
}

function asText(found: AnswerValue): string | undefined {
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function decimalText(found: AnswerValue): string {
  return found instanceof NumberText ? found.text : typeof found === 'string' ? found : '';
}
