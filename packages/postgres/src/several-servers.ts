import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { urlPerHost } from '@freeway/core';
import postgres from 'postgres';

/** Of several servers none is, just now, what is looked for. Nothing was sent. */
export class NoServer extends Error {
  override readonly name = 'NoServer';
  readonly code = 'NO_SERVER';
}

/** How the driver is opened where more than one server may be meant. */
export interface SeveralServers {
  /** Of one of them, for what the driver must know besides where to connect. */
  readonly url: string;
  /** For the driver's option of that name: a socket to the server that is what is looked for at this moment. */
  readonly socket: () => Promise<Duplex>;
}

type Wanted = 'any' | 'primary' | 'read-write' | 'standby';

interface Server {
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** A server that does not answer within this is not waited for; the driver's own limit is longer than an authorization. */
const PROBE_TIMEOUT_MS = 1000;

/** A pool opens many connections at once: what was found is good for all of them. */
const FOUND_FOR_MS = 1000;

/** While there is none, servers are not asked more often. */
const MISSED_FOR_MS = 200;

/**
 * What DATABASE_URL means where it names several servers, or what the server must be; undefined where it names one. The driver's own lists
 * are not used: it takes a standby for a server that writes, tries without pause while none is there, and cannot be ended then.
 */
export function severalServers(text: string): SeveralServers | undefined {
  const hosts = urlPerHost(text);
  const wanted = /[?&]target_session_attrs=([^&]*)/.exec(text)?.[1] as Wanted | undefined;
  if (hosts.length === 1 && wanted === undefined) return undefined;
  const servers = hosts.map(serverOf);
  const find = createFinder(servers, wanted ?? 'read-write');
  return { url: servers[0]?.url ?? text, socket: () => openSocket(find) };
}

function serverOf(text: string): Server {
  const url = new URL(text);
  url.searchParams.delete('target_session_attrs');
  return { url: url.href, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || 5432) };
}

interface Finder {
  /** Rejects when there is none, at once or after `PROBE_TIMEOUT_MS`. */
  find(): Promise<Server>;
  forget(server: Server): void;
}

function createFinder(servers: readonly Server[], wanted: Wanted): Finder {
  let found: { readonly server: Server; readonly atMs: number } | undefined;
  let missed: { readonly error: Error; readonly atMs: number } | undefined;
  let finding: Promise<Server> | undefined;

  async function ask(): Promise<Server> {
    try {
      // All at once: one that is away must not keep us from the one that took its place.
      const server = await Promise.any(servers.map((one) => probe(one, wanted)));
      found = { server, atMs: performance.now() };
      return server;
    } catch (error) {
      missed = { error: mostTelling((error as AggregateError).errors as Error[]), atMs: performance.now() };
      throw missed.error;
    }
  }

  return {
    async find() {
      const nowMs = performance.now();
      if (found !== undefined && nowMs - found.atMs < FOUND_FOR_MS) return found.server;
      if (missed !== undefined && nowMs - missed.atMs < MISSED_FOR_MS) throw missed.error;
      return (finding ??= ask().finally(() => (finding = undefined)));
    },
    forget(server) {
      if (found?.server === server) found = undefined;
    },
  };
}

/** Resolves to the server when it is what is wanted. */
async function probe(server: Server, wanted: Wanted): Promise<Server> {
  const sql = postgres(server.url, {
    max: 1,
    fetch_types: false,
    connect_timeout: PROBE_TIMEOUT_MS / 1000,
    onnotice: () => {},
    connection: { application_name: 'freeway-finder', statement_timeout: PROBE_TIMEOUT_MS },
  });
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoServer('a server does not answer')), PROBE_TIMEOUT_MS);
  try {
    const asked = sql`
      select pg_is_in_recovery() as standby, current_setting('transaction_read_only')::boolean as reads_only`;
    const [row] = await Promise.race([asked, silence]);
    const fits =
      wanted === 'any' ||
      (wanted === 'standby' ? row?.['standby'] === true : row?.['standby'] === false && row['reads_only'] === false);
    if (!fits) throw new NoServer(`no server is ${wanted} now`);
    return server;
  } finally {
    clearTimeout(timer);
    void sql.end({ timeout: 0 });
  }
}

/** A refused password is worth more than a server that is away, and one that is the wrong kind more than silence. */
function mostTelling(errors: readonly Error[]): Error {
  const refused = errors.find((error) => error instanceof postgres.PostgresError && !error.code.startsWith('57'));
  return (
    refused ?? errors.find((error) => error instanceof NoServer) ?? errors[0] ?? new NoServer('no server is named')
  );
}

async function openSocket({ find, forget }: Finder): Promise<Duplex> {
  const found = await find().catch((error: Error) => error);
  if (found instanceof Error) return brokenSocket(found);
  const socket = new Socket();
  // The driver checks the server's certificate for this name.
  Object.assign(socket, { host: found.host, port: found.port });
  socket.once('close', () => forget(found));
  return socket.connect(found.port, found.host);
}

/**
 * Breaks once the driver has written its first message. It has a connection back only when a socket closes, and never writes again
 * on one that closed before.
 */
function brokenSocket(error: Error): Duplex {
  const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, written) => written() });
  setImmediate(() => setImmediate(() => socket.destroy(error)));
  return socket;
}
