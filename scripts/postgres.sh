#!/usr/bin/env bash
# Sourced by the scripts that need PostgreSQL: `postgres_start` makes a temporary cluster that listens on a socket
# in its own folder only, and sets POSTGRES_URL; `postgres_stop` removes it. Nothing of an installed cluster is used.

POSTGRES_DIR=

# The newest installed server programs, 15 or newer.
postgres_bin() {
    local bin
    for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) "$(pg_config --bindir 2>/dev/null || true)"; do
        [[ -x $bin/initdb && -x $bin/pg_ctl ]] || continue
        (($("$bin/initdb" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/') >= 15)) && echo "$bin" && return
    done
    return 1
}

postgres_install() {
    if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
        echo "PostgreSQL 15 or newer is needed for the tests. Install it (Debian: apt-get install postgresql)," >&2
        echo "or name a server on which databases may be created: KAILING_TEST_POSTGRES=postgres://user:password@host/postgres" >&2
        return 1
    fi
    echo "== installing PostgreSQL from Debian's packages"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends postgresql >/dev/null
}

# The server refuses to run as root.
postgres_as() {
    if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

postgres_start() {
    local bin
    bin=$(postgres_bin) || { postgres_install && bin=$(postgres_bin); } || return 1
    POSTGRES_DIR=$(mktemp -d /tmp/kailing-pg.XXXXXX)
    [[ $EUID -ne 0 ]] || chown postgres "$POSTGRES_DIR"
    (
        cd "$POSTGRES_DIR"
        postgres_as "$bin/initdb" -D "$POSTGRES_DIR/data" -U kailing --auth=trust --encoding=UTF8 --locale=C.UTF-8 >initdb.log 2>&1 ||
            { cat initdb.log >&2; exit 1; }
        # Speed instead of safety: the cluster lives as long as the tests.
        cat >>"$POSTGRES_DIR/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$POSTGRES_DIR'
max_connections = 400
shared_buffers = 128MB
fsync = off
full_page_writes = off
autovacuum_naptime = 10s
CONF
        postgres_as "$bin/pg_ctl" -D "$POSTGRES_DIR/data" -l "$POSTGRES_DIR/server.log" -w -t 60 start >/dev/null ||
            { cat "$POSTGRES_DIR/server.log" >&2; exit 1; }
    ) || return 1
    POSTGRES_URL="postgres://kailing@${POSTGRES_DIR//\//%2F}/postgres"
}

postgres_stop() {
    [[ -n $POSTGRES_DIR ]] || return 0
    (cd / && postgres_as "$(postgres_bin)/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate stop >/dev/null 2>&1) || true
    rm -rf "$POSTGRES_DIR"
    POSTGRES_DIR=
}
