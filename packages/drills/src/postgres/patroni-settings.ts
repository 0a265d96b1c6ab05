export interface NodePorts {
  readonly postgres: number;
  readonly rest: number;
}

export interface PatroniOptions {
  readonly name: string;
  readonly ports: NodePorts;
  readonly etcdPort: number;
  readonly folder: string;
  readonly binFolder: string;
  readonly passwords: { readonly superuser: string; readonly replication: string };
}

/**
 * How long a dead primary keeps its place: until its lease in etcd has run out, which is `ttl` after it last renewed it. Patroni
 * asks that loop_wait + 2 * retry_timeout be at most ttl.
 */
export const LEASE = { ttl: 10, loop_wait: 2, retry_timeout: 3 } as const;

/** What matters for money is in `dcs`: docs/high-availability.md says why. JSON is YAML too. */
export function patroniSettings({ name, ports, etcdPort, folder, binFolder, passwords }: PatroniOptions): string {
  return JSON.stringify(
    {
      scope: 'freeway',
      name,
      restapi: { listen: `127.0.0.1:${ports.rest}`, connect_address: `127.0.0.1:${ports.rest}` },
      etcd3: { host: `127.0.0.1:${etcdPort}` },
      bootstrap: {
        dcs: {
          ...LEASE,
          // An answer leaves only when a second server has the decision, also while there is no second server.
          synchronous_mode: true,
          synchronous_mode_strict: true,
          // A primary that crashed does not come back by itself as one: what it had committed alone would be answered from.
          primary_start_timeout: 0,
          maximum_lag_on_failover: 1_048_576,
          postgresql: { use_pg_rewind: true, use_slots: true, parameters: SERVER },
        },
        initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
        pg_hba: ['host all all 127.0.0.1/32 scram-sha-256', 'host replication replicator 127.0.0.1/32 scram-sha-256'],
      },
      postgresql: {
        listen: `127.0.0.1:${ports.postgres}`,
        connect_address: `127.0.0.1:${ports.postgres}`,
        data_dir: `${folder}/data`,
        bin_dir: binFolder,
        pgpass: `${folder}/pgpass`,
        authentication: {
          superuser: { username: 'postgres', password: passwords.superuser },
          replication: { username: 'replicator', password: passwords.replication },
          rewind: { username: 'postgres', password: passwords.superuser },
        },
        parameters: { unix_socket_directories: folder },
      },
      tags: { nofailover: false, noloadbalance: false, clonefrom: false, nosync: false },
    },
    null,
    2,
  );
}

const SERVER = {
  synchronous_commit: 'on',
  fsync: 'on',
  max_connections: 150,
  shared_buffers: '128MB',
  wal_level: 'replica',
  hot_standby: 'on',
  wal_log_hints: 'on',
  wal_keep_size: '256MB',
  max_wal_senders: 10,
  max_replication_slots: 10,
  // A primary finds out soon that a standby is gone, and Patroni names another one.
  wal_sender_timeout: '5s',
  wal_receiver_timeout: '5s',
};
