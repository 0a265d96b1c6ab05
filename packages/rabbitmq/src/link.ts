import { urlPerHost } from '@freeway/core';
import { AMQPChannelError, AMQPConnectionError, Connection } from 'rabbitmq-client';
import { errorText, type ReportQueueEvent } from './queue-event.ts';

export interface LinkOptions {
  /** May name several nodes of a cluster: when one is away the next is tried, in turn. */
  readonly url: string;
  readonly connectionName: string;
  /** How long to wait for a channel while the connection is being made. */
  readonly acquireTimeoutMs: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly report: ReportQueueEvent;
}

/** A connection that restores itself, and that knows why it cannot be used just now. */
export interface Link {
  readonly connection: Connection;
  /** Undefined while usable, and while the very first attempt is still under way. */
  whyDown(): string | undefined;
  whyBlocked(): string | undefined;
  /** Resolves once connected; rejects as soon as an attempt has failed, rather than when all hope is gone. */
  connected(): Promise<void>;
}

/** Heartbeats find a dead peer within about 20 s; a publish has its own, shorter, deadline. */
const HEARTBEAT_S = 10;

/** A node whose machine is gone does not refuse: the next one must have its turn. */
const CONNECTION_TIMEOUT_MS = 3000;

/** The broker's default. The library's smaller one would not fit a header that other clients may send. */
const FRAME_MAX_BYTES = 131_072;

export function openLink(options: LinkOptions): Link {
  const { report } = options;
  let down: string | undefined;
  let blocked: string | undefined;
  let attempt = newAttempt();
  const connection = new Connection({
    ...nodesOf(options.url),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    connectionName: options.connectionName,
    acquireTimeout: options.acquireTimeoutMs,
    retryLow: options.reconnectMinMs,
    retryHigh: options.reconnectMaxMs,
    heartbeat: HEARTBEAT_S,
    frameMax: FRAME_MAX_BYTES,
  });
  connection.on('connection', () => {
    down = undefined;
    blocked = undefined;
    attempt.resolve();
    report({ event: 'connected' });
  });
  // Without a listener the library's `error` events (also those of its channels) would end the process.
  connection.on('error', (error: unknown) => {
    const detail = errorText(error);
    if (connection.ready || isOfChannel(error)) return report({ event: 'error', detail });
    down = detail;
    attempt.reject(error);
    attempt = newAttempt();
    report({ event: 'disconnected', detail });
  });
  connection.on('connection.blocked', (reason) => {
    blocked = reason;
    report({ event: 'blocked', detail: reason });
  });
  connection.on('connection.unblocked', () => {
    blocked = undefined;
  });
  return { connection, whyDown: () => down, whyBlocked: () => blocked, connected: () => attempt.promise };
}

/** The library takes what all nodes share from the URL of one. */
function nodesOf(url: string): { readonly url: string; readonly hosts?: string[] } {
  const urls = urlPerHost(url);
  const [first = url] = urls;
  return urls.length === 1 ? { url } : { url: first, hosts: urls.map((one) => new URL(one).host) };
}

/** Its rejection is no bug when nobody waits. */
function newAttempt(): PromiseWithResolvers<void> {
  const attempt = Promise.withResolvers<void>();
  attempt.promise.catch(() => undefined);
  return attempt;
}

/** A channel's error leaves the connection as it is. */
function isOfChannel(error: unknown): boolean {
  return error instanceof AMQPChannelError && !(error instanceof AMQPConnectionError);
}
