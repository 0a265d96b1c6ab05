// What scripts/services/run.ts runs for us, beside its servers: says where they are, and then kills and restarts those that it is
// told to, a line for each. It ends when it is told to or when the bench has gone, and with it what it restarted.
import { createInterface } from 'node:readline';
import { createMortalServer } from './mortal-server.ts';
import { type Order, type ServiceName, type ToldUrls, VARIABLES } from './server-orders.ts';

const names = Object.keys(VARIABLES) as ServiceName[];
const urls: ToldUrls = Object.fromEntries(names.map((name) => [name, process.env[VARIABLES[name]]]));
const servers = new Map(
  names.flatMap((name) => {
    const url = urls[name];
    // The servers are those of our parent.
    return url === undefined ? [] : [[name, createMortalServer(name, new URL(url), process.ppid)] as const];
  }),
);

function end(): void {
  for (const server of servers.values()) server.end();
  process.exit(0);
}

async function obey({ verb, name }: Order): Promise<string | undefined> {
  try {
    const server = servers.get(name);
    if (server === undefined) throw new Error(`there is no ${name}`);
    await server[verb]();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

process.on('SIGTERM', end);
createInterface({ input: process.stdin })
  .on(
    'line',
    (line) => void obey(JSON.parse(line) as Order).then((fault) => tell(fault === undefined ? {} : { fault })),
  )
  .on('close', end);
tell(urls);
