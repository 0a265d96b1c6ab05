import type { OwnServers } from '../servers/own-servers.ts';
import type { Ground } from './ground.ts';

/** A ground with Redis, RabbitMQ and MongoDB, and the processes that need them. */
export interface PlaceOfDeaths {
  readonly ground: Ground;
  readonly servers: OwnServers;
  /** Where the relay and the worker are watched. */
  readonly relay: URL;
  readonly worker: URL;
}
