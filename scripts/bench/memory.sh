# Memory of the server after a walk through contact/list over one connection, beside the cards that it may keep.

bench_memory() {
    local contacts=${BENCH_CONTACTS:-1000000} cards=${BENCH_CARDS_MIB:-256}
    demo "sqlite:$folder/memory.db" "$contacts"
    serve "sqlite:$folder/memory.db" --cards "${cards}MiB"
    local before after peak walked
    before=$(resident VmRSS)
    walked=$("$bench" walk "$address" "$token")
    after=$(resident VmRSS)
    peak=$(resident VmHWM)
    stop
    printf '%s contacts in %.0f MB of SQLite, %d MiB for cards\n' "$contacts" \
        "$(awk -v b="$(stat -c %s "$folder/memory.db")" 'BEGIN { print b / 1e6 }')" "$cards"
    awk '{ printf "walk: %d contacts, %.0f MB in %.1f s: %.0f contacts/s\n", $1, $2 / 1e6, $3, $1 / $3 }' <<<"$walked"
    printf 'resident: %d MB at start, %d MB after the walk, %d MB at most\n' "$before" "$after" "$peak"
    local allowed=$((400 + cards * 1048576 / 1000000))
    printf 'below 400 MB and the cards (%d MB): %s\n' "$allowed" "$(verdict "$allowed" "$peak")"
    rm -f "$folder"/memory.db*
}

# A line of /proc/PID/status in MB.
resident() { awk -v name="$1:" '$1 == name { printf "%d", $2 * 1024 / 1e6 }' "/proc/$server/status"; }
