import { randomUUID } from 'node:crypto';
import type { FactKind } from '@freeway/core';
import type { Redis } from 'ioredis';
import { closeConnection } from './connection.ts';

const CHANNEL = 'freeway:invalidate';

export interface Invalidation {
  /** The message that tells other processes; published by the caller, together with the deletion. */
  messageFor(kind: FactKind, keys: readonly string[]): { readonly channel: string; readonly message: string };
  onInvalidate(listener: (kind: FactKind, key: string) => void): void;
  /**
   * Calls back whenever messages may have been missed: each time the subscription stands, the first time included,
   * since facts may have been kept before that. Everything held in the process may be stale then.
   */
  onEverythingStale(listener: () => void): void;
  isListening(): boolean;
  counts(): { readonly heard: number; readonly unreadable: number; readonly everythingStale: number };
  close(): Promise<void>;
}

/**
 * Hears over a connection of its own what other processes invalidated. Redis keeps no message for who is away, so a
 * gap cannot be filled, only reported. None of this is needed for correctness: facts carry versions.
 */
export const listenForInvalidations = (
  subscriber: Redis,
  kinds: readonly string[],
  heartbeatMs: number,
): Invalidation => {
  const origin = randomUUID();
  const onKey: ((kind: FactKind, key: string) => void)[] = [];
  const onAll: (() => void)[] = [];
  const counted = { heard: 0, unreadable: 0, everythingStale: 0 };
  let listening = false;

  const subscribe = async (): Promise<void> => {
    try {
      await subscriber.subscribe(CHANNEL);
    } catch {
      return subscriber.disconnect(true);
    }
    listening = true;
    counted.everythingStale += 1;
    for (const listener of onAll) listener();
  };

  const hear = (text: string): void => {
    const message = parse(text, kinds);
    if (!message) {
      counted.unreadable += 1;
      return;
    }
    if (message.origin === origin) return;
    counted.heard += message.keys.length;
    for (const key of message.keys) for (const listener of onKey) listener(message.kind, key);
  };

  subscriber.on('ready', () => void subscribe());
  subscriber.on('close', () => {
    listening = false;
  });
  subscriber.on('message', (_channel: string, text: string) => hear(text));
  // A subscriber sends nothing, so a dead socket would look like silence: asking makes the socket's timeout count.
  const heartbeat = setInterval(() => {
    if (listening) subscriber.ping().catch(() => {});
  }, heartbeatMs).unref();

  return {
    messageFor: (kind, keys) => ({ channel: CHANNEL, message: JSON.stringify({ origin, kind, keys }) }),
    onInvalidate: (listener) => void onKey.push(listener),
    onEverythingStale: (listener) => void onAll.push(listener),
    isListening: () => listening,
    counts: () => ({ ...counted }),
    close: () => {
      clearInterval(heartbeat);
      return closeConnection(subscriber);
    },
  };
};

interface InvalidationMessage {
  readonly origin: string;
  readonly kind: FactKind;
  readonly keys: readonly string[];
}

// Anyone who reaches the server can publish, so the shape is checked.
const parse = (text: string, kinds: readonly string[]): InvalidationMessage | undefined => {
  try {
    const message = JSON.parse(text) as Partial<Record<keyof InvalidationMessage, unknown>> | null;
    if (typeof message?.origin !== 'string' || !kinds.includes(message.kind as string)) return undefined;
    if (!Array.isArray(message.keys) || !message.keys.every((key) => typeof key === 'string')) return undefined;
    return message as InvalidationMessage;
  } catch {
    return undefined;
  }
};
