# `kailing demo` beside the bare driver that inserts the same rows into a file with the same tables.

bench_demo() {
    local contacts=${BENCH_CONTACTS:-100000} demo_rounds=$(((rounds + 1) / 2)) began ended
    echo "$contacts contacts, $demo_rounds rounds"
    for ((round = 0; round < demo_rounds; round++)); do
        began=$(date +%s.%N)
        demo "sqlite:$folder/demo.db" "$contacts"
        ended=$(date +%s.%N)
        "$bench" bare-demo "$folder/demo.db" "$folder/bare.db" "$contacts" >>"$folder/bare-demo.txt"
        awk -v a="$began" -v b="$ended" -v rows="$(tail -1 "$folder/bare-demo.txt" | cut -d' ' -f1)" \
            'BEGIN { print rows, b - a }' >>"$folder/demo.txt"
        rm -f "$folder"/demo.db* "$folder"/bare.db*
    done
    printf 'bare driver   %9.0f rows/s\n' "$(awk '{ print $1 / $2 }' "$folder/bare-demo.txt" | median)"
    printf 'kailing demo  %9.0f rows/s   (%.0f contacts/s)\n' "$(awk '{ print $1 / $2 }' "$folder/demo.txt" | median)" \
        "$(awk -v n="$contacts" '{ print n / $2 }' "$folder/demo.txt" | median)"
    local ratio
    ratio=$(paste "$folder/demo.txt" "$folder/bare-demo.txt" | awk '{ print $4 / $2 }' | median)
    printf 'ratio %.2f; at least 0.50: %s\n' "$ratio" "$(verdict "$ratio" 0.5)"
}
