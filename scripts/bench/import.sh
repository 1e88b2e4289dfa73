# `kailing import` beside the bare driver that inserts the same rows into a file with the same tables.

bench_import() {
    local contacts=${BENCH_CONTACTS:-100000} import_rounds=$(((rounds + 1) / 2))
    demo "sqlite:$folder/demo.db" "$contacts"
    "$kailing" export --database "sqlite:$folder/demo.db" "$folder/moving" >/dev/null 2>&1
    rm -f "$folder"/demo.db*
    echo "$contacts contacts and what belongs to them, $(cat "$folder"/moving/*.jsonl | wc -l) lines," \
        "$(du -cm "$folder"/moving/*.jsonl | tail -1 | cut -f1) MB, $import_rounds rounds"
    import_into_sqlite
    import_into_postgres
    rm -rf "$folder/moving"
}

import_into_sqlite() {
    for ((round = 0; round < import_rounds; round++)); do
        import_seconds "sqlite:$folder/moved.db" >"$folder/seconds.txt"
        "$bench" bare-import "$folder/moved.db" "$folder/bare.db" >>"$folder/bare-import.txt"
        echo "$(tail -1 "$folder/bare-import.txt" | cut -d' ' -f1) $(cat "$folder/seconds.txt")" >>"$folder/import.txt"
        rm -f "$folder"/moved.db* "$folder"/bare.db*
    done
    printf 'bare driver               %9.0f rows/s\n' "$(awk '{ print $1 / $2 }' "$folder/bare-import.txt" | median)"
    show_import 'kailing import            ' "$folder/import.txt"
    local ratio
    ratio=$(paste "$folder/import.txt" "$folder/bare-import.txt" | awk '{ print $4 / $2 }' | median)
    printf 'ratio %.2f; at least 0.50: %s\n' "$ratio" "$(verdict "$ratio" 0.5)"
}

# Seconds of an import into a new database: `import_seconds DATABASE`.
import_seconds() {
    local began ended
    began=$(date +%s.%N)
    "$kailing" import --database "$1" "$folder/moving" >"$folder/import.out" 2>&1 || { cat "$folder/import.out" >&2; return 1; }
    ended=$(date +%s.%N)
    awk -v a="$began" -v b="$ended" 'BEGIN { print b - a }'
}

show_import() {
    printf '%s%9.0f rows/s   (%.0f contacts a minute with all that belongs to them)\n' "$1" \
        "$(awk '{ print $1 / $2 }' "$2" | median)" "$(awk -v n="$contacts" '{ print 60 * n / $2 }' "$2" | median)"
}

# For information: no target. The bare figure is psql copying the same rows into the same tables, one connection.
import_into_postgres() {
    postgres_start
    local bin sql sql_of began ended
    bin=$(postgres_bin)
    sql_of=(-h "$POSTGRES_DIR" -U kailing -qX)
    sql=("$bin/psql" "${sql_of[@]}" -d postgres)
    postgres_as "${sql[@]}" -c "alter system set fsync = on" -c "alter system set full_page_writes = on" -c "select pg_reload_conf()" >/dev/null
    for ((round = 0; round < import_rounds; round++)); do
        postgres_as "${sql[@]}" -c "create database moved" -c "create database bare"
        import_seconds "${POSTGRES_URL%/*}/moved" >"$folder/seconds.txt"
        paste -d' ' <(cut -d' ' -f1 "$folder/bare-import.txt" | tail -1) "$folder/seconds.txt" >>"$folder/import-postgres.txt"
        "$bin/pg_dump" -h "$POSTGRES_DIR" -U kailing --schema-only moved | postgres_as "$bin/psql" "${sql_of[@]}" -d bare >/dev/null
        "$bin/pg_dump" -h "$POSTGRES_DIR" -U kailing --data-only moved >"$folder/rows.sql"
        began=$(date +%s.%N)
        "$bin/psql" "${sql_of[@]}" -d bare -f "$folder/rows.sql" >/dev/null
        ended=$(date +%s.%N)
        awk -v a="$began" -v b="$ended" 'BEGIN { print b - a }' >>"$folder/copy.txt"
        rm -f "$folder/rows.sql"
        postgres_as "${sql[@]}" -c "drop database moved" -c "drop database bare"
    done
    postgres_stop
    printf 'PostgreSQL, psql COPY     %9.0f rows/s\n' "$(paste -d' ' "$folder/import-postgres.txt" "$folder/copy.txt" | awk '{ print $1 / $3 }' | median)"
    show_import 'PostgreSQL, kailing import' "$folder/import-postgres.txt"
    printf 'ratio %.2f, for information\n' "$(paste -d' ' "$folder/import-postgres.txt" "$folder/copy.txt" | awk '{ print $3 / $2 }' | median)"
}
