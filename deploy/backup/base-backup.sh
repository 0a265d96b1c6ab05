#!/bin/sh
# Takes a base backup of a running PostgreSQL, checks it, and removes old ones with the log that only they need.
# Which server: PGHOST, PGPORT, PGUSER (with REPLICATION) and PGPASSFILE, as for every program of PostgreSQL. Run it daily, on
# a standby where there is one. Prints the folder of the backup.
set -eu
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo 'usage: base-backup.sh <backup folder> [how many to keep, 7]' >&2
  exit 2
fi
folder=$1 keep=${2:-7}
case $keep in '' | *[!0-9]* | 0)
  echo 'base-backup: how many to keep is a number from 1' >&2
  exit 2
  ;;
esac
name=$(date -u +%Y%m%dT%H%M%SZ)
target=$folder/base/$name

umask 077
mkdir -p "$folder/base" "$folder/wal"
rm -rf -- "$folder"/base/*.part
pg_basebackup --pgdata="$target.part" --checkpoint=fast --wal-method=stream --manifest-checksums=SHA256 --label="freeway $name"
pg_verifybackup --quiet "$target.part"
mv "$target.part" "$target"
sync "$folder/base"

# Names are times: they sort. What the oldest one kept needs of the log stays, and everything after it.
old=$(find "$folder/base" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' | sort -r | tail -n +$((keep + 1)))
for one in $old; do rm -rf -- "$one"; done
oldest=$(find "$folder/base" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
[ -z "$first" ] || pg_archivecleanup "$folder/wal" "$first"
echo "$target"
