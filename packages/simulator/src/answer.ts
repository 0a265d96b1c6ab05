/** A JSON value whose numbers are kept as written: `12345678901234567890` must not be rounded before it is compared. */
export type AnswerValue = string | boolean | null | NumberText | readonly AnswerValue[] | AnswerObject;

export interface AnswerObject {
  readonly [member: string]: AnswerValue;
}

export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Parses a gateway's answer; undefined when it is not JSON. */
export function parseAnswer(text: string): AnswerValue | undefined {
  try {
    return JSON.parse(text, keepNumberText) as AnswerValue;
  } catch {
    return undefined;
  }
}

/** Node hands the source text of a number to a reviver (since 21). */
function keepNumberText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new NumberText(context?.source ?? '') : value;
}

export function isObject(value: AnswerValue | undefined): value is AnswerObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}
