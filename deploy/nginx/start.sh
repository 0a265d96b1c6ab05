#!/bin/sh
# Starts nginx; with arguments, passes them to nginx instead: `start.sh -t` tests the files, `start.sh -s reload` reloads them.
#   NGINX_HOME          nginx.conf, freeway/ (this folder), tls/server.crt, tls/server.key; tls/client-ca.crt if Marqeta
#                       presents client certificates: then they are required. Default /etc/nginx
#   NGINX_RUN           the only folder that is written to. Default /tmp/nginx
#   NGINX_SERVER_NAMES  host names that are ours, with spaces between; others get 404. Default: all
#   NGINX_CONSOLE       the operators' console, if there is one. Default /srv/console
#   NGINX_PROGRAM       Default nginx
set -eu
home=${NGINX_HOME:-/etc/nginx}
run=${NGINX_RUN:-/tmp/nginx}
names=${NGINX_SERVER_NAMES:-}
console=${NGINX_CONSOLE:-/srv/console}
nginx=${NGINX_PROGRAM:-nginx}

faults=0
fault() {
  printf '{"level":"fatal","process":"nginx","msg":"%s"}\n' "$1" >&2
  faults=$((faults + 1))
}
for file in nginx.conf freeway/problems.conf tls/server.crt tls/server.key; do
  [ -r "$home/$file" ] || fault "$home/$file cannot be read"
done
if [ -e "$home/tls/client-ca.crt" ] && [ ! -r "$home/tls/client-ca.crt" ]; then
  fault "$home/tls/client-ca.crt cannot be read"
fi
case $names in
  *[!A-Za-z0-9.*\ -]*) fault 'NGINX_SERVER_NAMES may hold host names only, with spaces between' ;;
esac
sed -u -n p </dev/null 2>/dev/null || fault 'sed -u is needed, as of GNU: take an image that is not Alpine'
mkdir -p "$run" 2>/dev/null || fault "$run cannot be made"
[ "$faults" -eq 0 ] || exit 2

if [ $# -gt 0 ]; then
  exec "$nginx" -p "$run" -c "$run/nginx.conf" -e stderr "$@"
fi

mkdir -p "$run/www"
for name in nginx.conf freeway tls; do
  ln -sfn "$home/$name" "$run/$name"
done
ln -sfn "$console" "$run/www/console"
if [ -e "$home/tls/client-ca.crt" ]; then
  ln -sfn freeway/client-certificates/required.conf "$run/client-certificates.conf"
else
  ln -sfn freeway/client-certificates/off.conf "$run/client-certificates.conf"
fi
# ~^ is a pattern that every name matches; a request without one goes to the first server.
printf 'server_name %s;\n' "${names:-~^}" >"$run/server-names.conf"

# As many connections as we may have: what a process begins with is often 1024.
ulimit -n "$(ulimit -H -n)"

# nginx has no format for its error log: one program for all of its life makes JSON of the lines.
rm -f "$run/errors"
mkfifo -m 600 "$run/errors"
LC_ALL=C sed -u -n -E -f "$home/freeway/error-log.sed" <"$run/errors" >&2 &
exec "$nginx" -p "$run" -c "$run/nginx.conf" -e stderr 2>"$run/errors"
