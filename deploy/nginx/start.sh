#!/bin/sh
# Starts nginx. With arguments, gets the files ready and passes the arguments to nginx: `start.sh -t` tests the files,
# `start.sh -s reload` puts them to use.
#   NGINX_HOME          nginx.conf, freeway/ (this folder), tls/server.crt, tls/server.key; tls/client-ca.crt if Marqeta
#                       presents client certificates: then they are required. Default /etc/nginx
#   NGINX_RUN           the only folder that is written to. Default /tmp/nginx
#   NGINX_SERVER_NAMES  host names that are ours, with spaces between; others get 404. Default: all
#   NGINX_RESOLVER      name servers to ask for the addresses of gateways and intakes. Default: those of /etc/resolv.conf
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

# nginx learns addresses at start, and since 1.27.3, if it is told so, whenever they change: a container that is made anew
# may have another one.
resolver=${NGINX_RESOLVER:-$(sed -n 's/^nameserver  *//p' /etc/resolv.conf | sed 's/.*:.*/[&]/' | tr '\n' ' ')}
printf 'events {}\nhttp { upstream u { zone u 64k; server localhost:1 resolve; } resolver 127.0.0.1; }\n' >"$run/try.conf"
follow=
: >"$run/resolver.conf"
if [ -n "$resolver" ] && "$nginx" -p "$run" -c "$run/try.conf" -e /dev/null -t -q -g 'pid try.pid;' 2>/dev/null; then
  follow=' resolve'
  printf 'resolver %s valid=2s;\n' "$resolver" >"$run/resolver.conf"
fi
rm -f "$run/try.conf" "$run/try.pid"
for name in gateways.conf intakes.conf; do
  sed "s/^\(server [^;]*\);/\1$follow;/" "$home/freeway/$name" >"$run/$name"
done

if [ $# -gt 0 ]; then
  exec "$nginx" -p "$run" -c "$run/nginx.conf" -e stderr "$@"
fi

# As many connections as we may have: what a process begins with is often 1024.
ulimit -n "$(ulimit -H -n)"

# nginx has no format for its error log: one program for all of its life makes JSON of the lines.
rm -f "$run/errors"
mkfifo -m 600 "$run/errors"
LC_ALL=C sed -u -n -E -f "$home/freeway/error-log.sed" <"$run/errors" >&2 &
exec "$nginx" -p "$run" -c "$run/nginx.conf" -e stderr 2>"$run/errors"
