import { freePort } from '../../free-port.ts';

/** Settings for a gateway whose Redis is dead: nobody listens there. Of the three servers a gateway knows only this one. */
export async function deadRedis(): Promise<Readonly<Record<string, string>>> {
  return { REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
}
