import { type Log, installPackages, missingPackages, PROGRAMS } from './debian-packages.ts';
import { startMongodb } from './mongodb.ts';
import { startPostgres } from './postgres.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { startRedis } from './redis.ts';
import { openServerRun, type ServerRun } from './server-run.ts';

export type Services = {
  /** Temporary; goes with the services. */
  readonly folder: string;
  /**
   * TEST_DATABASE_URL, TEST_REDIS_URL, TEST_RABBITMQ_URL, TEST_MONGODB_URI: those that could be had; and where programs are
   * that tests run themselves: TEST_NGINX, TEST_PROMETHEUS, TEST_PROMTOOL,
   * TEST_POSTGRES_EXPORTER, TEST_NODE_EXPORTER. TEST_RABBITMQ_METRICS_URL is where a broker of our own has its metrics.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** Ends the process together with the services, should we be killed before it. */
  endWithServices(name: string, pid: number): void;
  stop(): Promise<void>;
};

type Recipe = {
  readonly name: string;
  readonly variable: string;
  /** Resolves to its url; what else there is to know of it goes into `env`. */
  start(run: ServerRun, log: Log, env: Record<string, string>): Promise<string>;
};

/**
 * The servers that the integration tests use: those the environment names, else private ones on free loopback ports,
 * started side by side. One that cannot be had is reported, not thrown.
 */
export async function startServices(log: Log): Promise<Services> {
  const run = await openServerRun();
  const installed = installPackages(missingPackages(process.env), log);
  const recipes: Recipe[] = [
    { name: 'PostgreSQL', variable: 'TEST_DATABASE_URL', start: startPostgres },
    { name: 'Redis', variable: 'TEST_REDIS_URL', start: async (into) => (await installed, startRedis(into)) },
    {
      name: 'RabbitMQ',
      variable: 'TEST_RABBITMQ_URL',
      start: async (into, _, env) => (await installed, startRabbitmq(into, env)),
    },
    { name: 'MongoDB', variable: 'TEST_MONGODB_URI', start: startMongodb },
  ];
  const env: Record<string, string> = {};
  const missing: { name: string; reason: string }[] = [];
  await Promise.all(
    recipes.map(async ({ name, variable, start }) => {
      const startedAt = Date.now();
      try {
        const given = process.env[variable];
        const url = given || (await start(run, log, env));
        env[variable] = url;
        const how = given ? `as ${variable} says` : `started in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
        log(`${name} at ${new URL(url).host}, ${how}`);
      } catch (error) {
        missing.push({ name, reason: (error as Error).message });
        log(`${name} could not be had: ${(error as Error).message}`);
      }
    }),
  );
  await installed;
  for (const { name, variable, find } of PROGRAMS) {
    const path = process.env[variable] || find();
    if (path !== undefined) env[variable] = path;
    else missing.push({ name, reason: `${name} is not installed` });
  }
  return {
    folder: run.folder,
    env,
    missing,
    endWithServices: (name, pid) => run.add(name, pid, 'SIGTERM'),
    stop: () => run.stop(),
  };
}
