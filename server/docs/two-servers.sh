#!/usr/bin/env bash
# Two servers on one PostgreSQL, one lake and one key, as plain processes of this machine: what two-servers.md describes, to be
# read and to be run.
#
#   two-servers.sh up DIR                starts PostgreSQL, brings the database up to date, starts the servers a and b
#   two-servers.sh roll DIR              the same with WAYBILL_BINARY in place of what runs, one server after the other
#   two-servers.sh stop|start DIR NAME   one server
#   two-servers.sh run DIR COMMAND…      another command of waybill, such as: run DIR user add ada@example.org --role viewer
#   two-servers.sh down DIR              stops everything; DIR keeps it all
#
# WAYBILL_BINARY   the program [waybill]
# WAYBILL_LAKE     a folder, s3://BUCKET/PREFIX or az://CONTAINER/PREFIX [DIR/lake]; for a bucket its AWS_… or AZURE_… as well
# PORTS            of a and of b, on 127.0.0.1 [3001 3002]
#
# All other WAYBILL_… variables are passed on to both, such as WAYBILL_ALLOW_ROOT.

set -euo pipefail
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 64; }
die() { printf '%s\n' "$*" >&2; exit 1; }

[ $# -ge 2 ] || usage
what=$1
umask 077
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
program=${WAYBILL_BINARY:-waybill}
read -r port_a port_b <<<"${PORTS:-3001 3002}"

# What both have in common.
export WAYBILL_DATABASE="postgres://waybill@localhost/waybill?host=$dir/postgres"
export WAYBILL_LAKE=${WAYBILL_LAKE:-$dir/lake}
export WAYBILL_KEY_FILE=${WAYBILL_KEY_FILE:-$dir/waybill.key}
# So long a server that stops still answers, while /readyz tells the proxy to send no more.
export WAYBILL_DRAIN=${WAYBILL_DRAIN:-5}

# --- PostgreSQL, on a socket that nobody else can reach ------------------------------------------

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort | tail -n 1)

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@")
    else
        "$@"
    fi
}

postgres() {
    if [ ! -e "$dir/postgres/data/PG_VERSION" ]; then
        mkdir -p "$dir/postgres"
        # It must get there.
        [ "$(id -u)" != 0 ] || { chmod 711 "$dir" && chown postgres: "$dir/postgres"; }
        as_owner "$programs/initdb" --auth=trust --username=waybill --encoding=UTF8 --locale=C.UTF-8 -D "$dir/postgres/data" >/dev/null
    fi
    as_owner "$programs/pg_ctl" start --wait --silent -D "$dir/postgres/data" -l "$dir/postgres/log" \
        -o "-c listen_addresses= -k $dir/postgres" >/dev/null
    "$programs/psql" -h "$dir/postgres" -U waybill -d postgres -XAtqc "SELECT 1 FROM pg_database WHERE datname = 'waybill'" |
        grep -q 1 || "$programs/createdb" -h "$dir/postgres" -U waybill waybill
}

# --- The servers -----------------------------------------------------------------------------------

# Commands have a data folder of their own: those of the servers are locked while they run.
tool() { WAYBILL_DATA=$dir/tools "$program" "$@"; }

port_of() {
    case $1 in
        a) echo "$port_a" ;;
        b) echo "$port_b" ;;
        *) usage ;;
    esac
}

runs() { [ -e "$dir/$1.pid" ] && grep -qs '^State:.[^ZX]' "/proc/$(<"$dir/$1.pid")/status"; }

# A server has a data folder, a name and an address of its own.
start() {
    local port
    port=$(port_of "$1")
    ! runs "$1" || return 0
    WAYBILL_DATA=$dir/$1 WAYBILL_SERVER_NAME=$1 WAYBILL_LISTEN=127.0.0.1:$port \
        "$program" serve </dev/null >>"$dir/$1.log" 2>&1 &
    echo $! >"$dir/$1.pid"
    until curl --silent --fail --max-time 5 --output /dev/null "http://127.0.0.1:$port/readyz"; do
        runs "$1" || die "the server $1 ended: see $dir/$1.log"
        sleep 0.1
    done
    echo "$1 is ready: http://127.0.0.1:$port"
}

# It says that it stops, answers for WAYBILL_DRAIN seconds more, ends what it works at or leaves it to the other.
stop() {
    port_of "$1" >/dev/null
    ! runs "$1" || kill -TERM "$(<"$dir/$1.pid")"
    while runs "$1"; do sleep 0.1; done
    rm -f "$dir/$1.pid"
}

case $what in
    up)
        postgres
        tool migrate
        start a
        start b
        ;;
    roll)
        # First the database: the program before goes on reading it, since a release only adds to it.
        tool migrate
        for name in a b; do
            stop $name
            start $name
        done
        ;;
    start) start "${1-}" ;;
    stop) stop "${1-}" ;;
    run) tool "$@" ;;
    down)
        stop a &
        stop b
        wait
        as_owner "$programs/pg_ctl" stop --wait --silent --mode=fast -D "$dir/postgres/data" >/dev/null
        ;;
    *) usage ;;
esac
