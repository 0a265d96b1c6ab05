import { createNumberSource, type NumberSource } from './number-source.ts';
import { isObject, type WireObject } from './read-member.ts';

/** A transaction record as sent. `text` has the digits of its numbers, which no parsed number keeps. */
export interface WireRecord {
  /** JSON. */
  readonly text: string;
  readonly numberAt: NumberSource;
  readonly message: WireObject;
  /** Where a member of `message` stands in the text. */
  pathTo(member: string): readonly string[];
}

/** An object somewhere in a record, and where. */
export interface WirePart {
  readonly members: WireObject;
  readonly path: readonly string[];
}

/** The order that funds a record (PROTOCOL 3.4), and the JIT message in it. Either may be missing. */
export interface WireOrder {
  readonly order?: WirePart;
  readonly jit?: WirePart;
}

/** Some published records carry everything after `response` inside it (PROTOCOL 13): it is read as if it stood beside it. */
export function wireRecordOf(text: string, element: WireObject): WireRecord {
  const numberAt = createNumberSource(text);
  const nested = element['response'];
  if (element['amount'] !== undefined || !isObject(nested) || nested['amount'] === undefined)
    return { text, numberAt, message: element, pathTo: (member) => [member] };
  return {
    text,
    numberAt,
    message: { ...nested, ...element },
    pathTo: (member) => (Object.hasOwn(element, member) ? [member] : ['response', member]),
  };
}

/**
 * The order of a record. Should it carry both, money that comes to the cardholder is in the unload and money that leaves in
 * the load; but one with a JIT message says more than one without.
 */
export function orderOf(record: WireRecord, side: 'load' | 'unload'): WireOrder {
  const names = side === 'load' ? ['gpa_order', 'gpa_order_unload'] : ['gpa_order_unload', 'gpa_order'];
  const orders = names.flatMap((name) => partAt(record.message[name], record.pathTo(name)) ?? []);
  for (const order of orders) {
    const jit = jitOf(order);
    if (jit !== undefined) return { order, jit };
  }
  return orders[0] === undefined ? {} : { order: orders[0] };
}

/** In one published page of records the message stands in the order's `funding`. */
function jitOf({ members, path }: WirePart): WirePart | undefined {
  const funding = partAt(members['funding'], [...path, 'funding']);
  return (
    partAt(members['jit_funding'], [...path, 'jit_funding']) ??
    partAt(funding?.members['jit_funding'], [...path, 'funding', 'jit_funding'])
  );
}

export function partAt(value: unknown, path: readonly string[]): WirePart | undefined {
  return isObject(value) ? { members: value, path } : undefined;
}
