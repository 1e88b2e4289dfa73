# contact/batch with the memory of cards switched off: ready-made cards from the database. On SQLite beside nginx, which
# sends a static file of the same bytes; on PostgreSQL beside the bare driver, which asks for the same cards.

bench_stored() {
    need wrk nginx
    local contacts=${BENCH_CONTACTS:-10000} ids=${BENCH_IDS:-100}
    demo "sqlite:$folder/stored.db" "$contacts"
    stored_serve "sqlite:$folder/stored.db"
    mkdir "$folder/same"
    curl -sS --data-binary "@$BENCH_BODY" "$stored_url" >"$folder/same/answer.json"
    nginx_start "$folder/same"
    echo "SQLite: $ids ids of $contacts contacts, $(stat -c %s "$folder/same/answer.json") bytes an answer; wrk -t1 -c16, $rounds rounds of $seconds s"
    for ((round = 0; round < rounds; round++)); do
        load "$seconds" 16 report.lua "http://$nginx/answer.json" >>"$folder/same.txt"
        load "$seconds" 16 post.lua "$stored_url" >>"$folder/stored-sqlite.txt"
    done
    stop
    stop
    show_load "nginx, static file" "$folder/same.txt"
    show_stored sqlite "$folder/same.txt" 0.35

    postgres_start
    demo "$POSTGRES_URL" "$contacts"
    stored_serve "$POSTGRES_URL"
    echo "PostgreSQL: the same"
    for ((round = 0; round < rounds; round++)); do
        "$bench" bare-cards "$POSTGRES_URL" "$BENCH_BODY" "$seconds" >>"$folder/bare-cards.txt"
        load "$seconds" 16 post.lua "$stored_url" >>"$folder/stored-postgres.txt"
    done
    stop
    postgres_stop
    show_load "bare driver, one query" "$folder/bare-cards.txt"
    show_stored postgres "$folder/bare-cards.txt" 0.5
}

# Starts a server without memory for cards, and waits until the cards are stored. Sets stored_url and BENCH_BODY.
stored_serve() {
    serve "$1" --cards 0
    export BENCH_BODY=$folder/stored-ids.json
    "$bench" ids "$address" "$token" "$ids" >"$BENCH_BODY"
    stored_url="http://$address/openapi/contact/batch?access_token=$token"
    load 2 16 post.lua "$stored_url" >/dev/null
}

show_stored() {
    show_load "contact/batch, stored" "$folder/stored-$1.txt"
    local ratio
    ratio=$(paste "$folder/stored-$1.txt" "$2" | awk '{ print $1 / $5 }' | median)
    printf 'ratio %.2f; at least %.2f: %s\n' "$ratio" "$3" "$(verdict "$ratio" "$3")"
}
