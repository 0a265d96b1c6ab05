import { backoffMs } from '@freeway/core';
import { Redis, type RedisOptions } from 'ioredis';
import { sentinelOptions } from './sentinels.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly connectionName: string;
  /** A socket on which an answer is due and nothing was heard for so long is given up and replaced. */
  readonly deadSocketMs: number;
  readonly random: () => number;
}

/** One connection that comes back by itself, with backoff and jitter, and that never queues or repeats a command. */
export const openConnection = ({ url, connectionName, deadSocketMs, random }: ConnectionOptions): Redis => {
  const sentinels = sentinelOptions(url);
  const options = {
    connectionName,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // Commands in flight when the connection breaks fail at once.
    maxRetriesPerRequest: 0,
    // The subscriber subscribes by itself: it must know when the subscription stands.
    autoResubscribe: false,
    connectTimeout: deadSocketMs,
    // Covers the handshake too: a stopped server still accepts connections.
    socketTimeout: deadSocketMs,
    disconnectTimeout: 100,
    retryStrategy: (attempt) => backoffMs(attempt, { baseMs: 50, maxMs: 5_000, random }),
    // After a failover the old address may be a replica: connect afresh, to whoever has the name now.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    // One sentinel that is away must not keep us from the next.
    sentinelCommandTimeout: deadSocketMs,
  } satisfies RedisOptions;
  const connection = sentinels === undefined ? new Redis(url, options) : new Redis({ ...options, ...sentinels });
  // Without a listener ioredis prints to the console. What matters arrives as `close` and through the breaker.
  connection.on('error', () => {});
  return connection;
};

/** Resolves once the socket is gone. */
export const closeConnection = async (connection: Redis): Promise<void> => {
  const hasSocket = connection.status === 'ready' || connection.status === 'connect';
  const gone = hasSocket ? new Promise<void>((resolve) => void connection.once('end', () => resolve())) : undefined;
  connection.disconnect();
  await gone;
};
