#!/bin/sh
# Makes a data folder from a base backup, to be rolled forward through the archived log: to a moment, or to its end.
#   restore.sh /var/backups/freeway/base/20260101T030000Z /var/backups/freeway/wal /var/lib/postgresql/18/main \
#     '2026-01-01 14:23:05+00'
# Run it as the user of PostgreSQL, then start the server on the folder: it opens when it has arrived, on a timeline of its own.
set -eu
if [ $# -lt 3 ] || [ $# -gt 4 ]; then
  echo 'usage: restore.sh <base backup> <archive folder> <data folder> [<time>]' >&2
  exit 2
fi
base=$1 wal=$2 data=$3 time=${4:-}
case $wal$time in *"'"* | *'"'* | *%*)
  echo "restore: no quotes and no percent signs in the archive's path and the time" >&2
  exit 2
  ;;
esac
if [ ! -f "$base/backup_manifest" ]; then
  echo "restore: $base is no base backup" >&2
  exit 1
fi
if [ -d "$data" ] && [ -n "$(ls -A "$data")" ]; then
  echo "restore: $data is not empty: move it away first, it may be all that is left" >&2
  exit 1
fi

pg_verifybackup --quiet "$base"
umask 077
mkdir -p "$data"
cp -R "$base/." "$data/"
chmod 700 "$data"
{
  echo "restore_command = 'cp \"$wal/%f\" \"%p\"'"
  echo "recovery_target_timeline = 'latest'"
  echo "recovery_target_action = 'promote'"
  [ -z "$time" ] || echo "recovery_target_time = '$time'"
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"
sync
