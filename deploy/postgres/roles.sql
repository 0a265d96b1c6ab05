-- Run by psql as the superuser of a new server, in the database freeway; once, by the image's entrypoint. Passwords come from
-- files, as docker mounts secrets.
\set ON_ERROR_STOP on
\set freeway_password `cat "${SECRETS:-/run/secrets}/freeway_database_password"`
\set gateway_password `cat "${SECRETS:-/run/secrets}/gateway_database_password"`
\set intake_password `cat "${SECRETS:-/run/secrets}/intake_database_password"`
\set relay_password `cat "${SECRETS:-/run/secrets}/relay_database_password"`
\set worker_password `cat "${SECRETS:-/run/secrets}/worker_database_password"`
\set sweeper_password `cat "${SECRETS:-/run/secrets}/sweeper_database_password"`
\set operator_password `cat "${SECRETS:-/run/secrets}/operator_database_password"`
\set monitoring_password `cat "${SECRETS:-/run/secrets}/monitoring_database_password"`

-- A password that could not be read is empty, and an empty one would be taken.
select 1 / (min(length(password)) >= 20)::int as passwords_are_there
  from (values
    (:'freeway_password'), (:'gateway_password'), (:'intake_password'), (:'relay_password'), (:'worker_password'),
    (:'sweeper_password'), (:'operator_password'), (:'monitoring_password')
  ) as given (password);

begin;

-- Owns the database and what migrations make in it. No superuser, and it can make neither roles nor databases.
create role freeway login password :'freeway_password';
alter database freeway owner to freeway;
revoke all on database freeway from public;

-- The roles of `freeway database roles`, which finds them made and gives each its rights once the tables are there.
create role freeway_gateway;
create role freeway_intake;
create role freeway_relay;
create role freeway_worker;
create role freeway_sweeper;
create role freeway_operator;
create role freeway_monitor;
create role freeway_queue;
grant freeway_queue to freeway, freeway_intake, freeway_relay, freeway_worker, freeway_sweeper, freeway_operator;
grant pg_monitor to freeway_monitor;

-- A login for each process, with the rights of its role.
create role gateway login password :'gateway_password' in role freeway_gateway;
create role intake login password :'intake_password' in role freeway_intake;
create role relay login password :'relay_password' in role freeway_relay;
create role worker login password :'worker_password' in role freeway_worker;
create role sweeper login password :'sweeper_password' in role freeway_sweeper;
create role operator login password :'operator_password' in role freeway_operator;
grant connect on database freeway to gateway, intake, relay, worker, sweeper, operator;

-- The exporter's: statistics, and no row of any table.
create role monitoring login password :'monitoring_password' connection limit 5;
grant pg_monitor to monitoring;
grant connect on database freeway to monitoring;
create extension pg_stat_statements;

commit;
