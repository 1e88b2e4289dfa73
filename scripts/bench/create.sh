# contact/create, durable, over 64 connections, beside the bare driver that inserts the same rows.

bench_create() {
    need wrk
    create_on_sqlite
    create_on_postgres
}

# Each round starts from the same file: the server writes into one copy, the bare driver the same rows into another.
create_on_sqlite() {
    demo "sqlite:$folder/empty.db" 1000
    BENCH_OWNER=$("$bench" owner "$folder/empty.db")
    export BENCH_OWNER
    echo "SQLite: wrk -t1 -c64, $rounds rounds of $seconds s"
    for ((round = 0; round < rounds; round++)); do
        cp "$folder/empty.db" "$folder/server.db"
        cp "$folder/empty.db" "$folder/bare.db"
        serve "sqlite:$folder/server.db"
        create_load sqlite
        stop
        "$bench" bare-create "$folder/server.db" "$folder/bare.db" >>"$folder/bare-sqlite.txt"
        rm -f "$folder"/server.db* "$folder"/bare.db*
    done
    show_create sqlite "one writer, 64 a commit" 0.5
}

# As on SQLite, with databases instead of files.
create_on_postgres() {
    postgres_start
    local sql
    sql=("$(postgres_bin)/psql" -h "$POSTGRES_DIR" -U kailing -qX -d postgres)
    postgres_as "${sql[@]}" -c "alter system set fsync = on" -c "alter system set full_page_writes = on" -c "select pg_reload_conf()" >/dev/null
    postgres_as "${sql[@]}" -c "create database empty"
    demo "${POSTGRES_URL%/*}/empty" 1000
    echo "PostgreSQL: wrk -t1 -c64, $rounds rounds of $seconds s, fsync on"
    for ((round = 0; round < rounds; round++)); do
        postgres_as "${sql[@]}" -c "create database server template empty" -c "create database bare template empty"
        serve "${POSTGRES_URL%/*}/server"
        create_load postgres
        stop
        "$bench" bare-create "${POSTGRES_URL%/*}/server" "${POSTGRES_URL%/*}/bare" >>"$folder/bare-postgres.txt"
        postgres_as "${sql[@]}" -c "drop database server" -c "drop database bare"
    done
    postgres_stop
    show_create postgres "12 connections" 0.5
}

# One round on the server; counts what it says it has created, so that refused calls are no success.
create_load() {
    local url="http://$address/openapi/contact/create?access_token=$token"
    BENCH_SERIES=$round load "$seconds" 64 create.lua "$url" >>"$folder/create-$1.txt"
    curl -sS "http://$address/metrics" | awk -v s="$seconds" '/requests_total{endpoint="\/openapi\/contact\/create",code="0"}/ { print $2 / s }' >>"$folder/created-$1.txt"
}

show_create() {
    local bare=$folder/bare-$1.txt created=$folder/created-$1.txt ratio
    awk '{ print $1 / $2 }' "$bare" >"$folder/rate.txt"
    ratio=$(paste "$created" "$folder/rate.txt" | awk '{ print $1 / $2 }' | median)
    printf 'bare driver            %8.0f contacts/s   (%s)\n' "$(median <"$folder/rate.txt")" "$2"
    printf 'contact/create         %8.0f contacts/s   p50 %6.2f ms   p99 %6.2f ms   failed %d\n' "$(median <"$created")" \
        "$(column "$folder/create-$1.txt" 2)" "$(column "$folder/create-$1.txt" 3)" "$(awk '{ n += $4 } END { print n }' "$folder/create-$1.txt")"
    printf 'ratio %.2f; at least %.2f: %s\n' "$ratio" "$3" "$(verdict "$ratio" "$3")"
}
