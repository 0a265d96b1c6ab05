-- Run by psql as the superuser of a new server, in the database freeway; once, by the image's entrypoint. Passwords come from
-- files, as docker mounts secrets.
\set ON_ERROR_STOP on
\set freeway_password `cat "${SECRETS:-/run/secrets}/freeway_database_password"`
\set monitoring_password `cat "${SECRETS:-/run/secrets}/monitoring_database_password"`

-- A password that could not be read is empty, and an empty one would be taken.
select 1 / (length(:'freeway_password') >= 20 and length(:'monitoring_password') >= 20)::int as passwords_are_there;

begin;

-- Freeway's: owns the database and what migrations make in it. No superuser, and no database of its own making.
create role freeway login password :'freeway_password';
alter database freeway owner to freeway;
revoke all on database freeway from public;

-- The exporter's: statistics, and no row of any table.
create role monitoring login password :'monitoring_password' connection limit 5;
grant pg_monitor to monitoring;
grant connect on database freeway to monitoring;
create extension pg_stat_statements;

commit;
