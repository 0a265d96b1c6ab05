#!/bin/sh
# Keeps one file of the write-ahead log. In postgresql.conf:
#   archive_mode = on
#   archive_timeout = 60
#   archive_command = '/opt/freeway/deploy/backup/archive-wal.sh "%p" "%f" /var/backups/freeway/wal'
# Answers 0 only when the file is on the disk of the archive: PostgreSQL removes its own copy then.
set -eu
if [ $# -ne 3 ]; then
  echo 'usage: archive-wal.sh <file> <name> <archive folder>' >&2
  exit 2
fi
file=$1 name=$2 folder=$3
target=$folder/$name

if [ -e "$target" ]; then
  # After a crash PostgreSQL asks once more: the same file is fine, and another one is never overwritten.
  if cmp -s "$file" "$target"; then exit 0; fi
  echo "archive-wal: $target is there already, and is another file" >&2
  exit 1
fi
mkdir -p "$folder"
cp "$file" "$target.part"
sync "$target.part"
mv "$target.part" "$target"
sync "$folder"
