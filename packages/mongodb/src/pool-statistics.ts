import type { MongoClient } from 'mongodb';

export interface PoolStatistics {
  readonly open: number;
  readonly inUse: number;
}

/** Counts the pool's connections from the driver's events: it has no way to be asked. */
export const watchPool = (client: MongoClient): (() => PoolStatistics) => {
  let open = 0;
  let inUse = 0;
  client.on('connectionCreated', () => (open += 1));
  client.on('connectionClosed', () => (open -= 1));
  client.on('connectionCheckedOut', () => (inUse += 1));
  client.on('connectionCheckedIn', () => (inUse -= 1));
  return () => ({ open, inUse });
};
