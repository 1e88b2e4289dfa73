# Event callbacks to a subscriber on the same machine: how fast 10,000 events arrive, what that costs contact/create,
# and what 1,000,000 waiting events cost.

CALLBACK_TOKEN=WlTestToken1234567890
CALLBACK_KEY=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG

bench_callback() {
    need wrk
    demo "sqlite:$folder/events.db" 1000
    subscriber
    callback_on "$folder/events.db"
    callback_drain 10000
    callback_beside_create
    callback_backlog "${BENCH_EVENTS:-1000000}"
    stop_subscriber
}

# A subscriber that answers at once. Sets hook and listener.
subscriber() {
    local port
    port=$(free_port)
    hook=http://127.0.0.1:$port/
    "$kailing" listen --port "$port" --token "$CALLBACK_TOKEN" --aes-key "$CALLBACK_KEY" --quiet >"$folder/listen.out" 2>&1 &
    listener=$!
    processes+=("$listener")
    until grep -q "listening on" "$folder/listen.out"; do sleep 0.1; done
}

stop_subscriber() {
    kill "$listener"
    wait "$listener" 2>/dev/null || true
    processes=()
}

# Sends the events of the application in a file to the subscriber.
callback_on() {
    "$kailing" app set-callback --database "sqlite:$1" --app "$app_id" --url "$hook" --token "$CALLBACK_TOKEN" \
        --aes-key "$CALLBACK_KEY" >/dev/null
}

# Events that were delivered so far.
delivered() { curl -sS "http://$address/metrics" | awk '/callback_attempts_total{.*result="delivered"/ { n = $2 } END { print n + 0 }'; }

# Events that wait in a file when the server starts.
callback_drain() {
    local count=$1 began ended
    for ((round = 0; round < rounds; round++)); do
        cp "$folder/events.db" "$folder/server.db"
        cp "$folder/events.db.key" "$folder/server.db.key"
        "$bench" backlog "$folder/server.db" "$count" >/dev/null
        began=$(date +%s.%N)
        serve "sqlite:$folder/server.db"
        until (($(delivered) >= count)); do sleep 0.02; done
        ended=$(date +%s.%N)
        awk -v n="$count" -v a="$began" -v b="$ended" 'BEGIN { print n / (b - a) }' >>"$folder/drain.txt"
        stop
        rm -f "$folder"/server.db*
    done
    local rate
    rate=$(median <"$folder/drain.txt")
    printf '%d waiting events     %8.0f events/s, with the start of the server; at least 2000: %s\n' "$count" "$rate" "$(verdict "$rate" 2000)"
}

# contact/create with and without a subscriber, the same file each time; three events to a contact.
callback_beside_create() {
    BENCH_OWNER=$("$bench" owner "$folder/events.db")
    export BENCH_OWNER
    for ((round = 0; round < rounds; round++)); do
        for way in without with; do
            cp "$folder/events.db" "$folder/server.db"
            cp "$folder/events.db.key" "$folder/server.db.key"
            [[ $way == with ]] || "$kailing" app clear-callback --database "sqlite:$folder/server.db" --app "$app_id" >/dev/null
            serve "sqlite:$folder/server.db"
            create_load "$way"
            delivered | awk -v s="$seconds" '{ print $1 / s }' >>"$folder/beside-$way.txt"
            stop
            rm -f "$folder"/server.db*
        done
    done
    local ratio sent
    ratio=$(paste "$folder/created-with.txt" "$folder/created-without.txt" | awk '{ print $1 / $2 }' | median)
    sent=$(median <"$folder/beside-with.txt")
    printf 'contact/create alone      %8.0f contacts/s\n' "$(median <"$folder/created-without.txt")"
    printf 'contact/create beside     %8.0f contacts/s, %.0f events/s delivered meanwhile; at least 2000: %s\n' \
        "$(median <"$folder/created-with.txt")" "$sent" "$(verdict "$sent" 2000)"
    printf 'ratio %.2f; at least 0.67: %s\n' "$ratio" "$(verdict "$ratio" 0.67)"
}

# Memory of the server, MB.
callback_resident() { awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }

# A long backlog: when the first event arrives after the start, and how memory behaves for 30 seconds.
callback_backlog() {
    local count=$1 began first=0 most=0 now
    cp "$folder/events.db" "$folder/server.db"
    cp "$folder/events.db.key" "$folder/server.db.key"
    "$bench" backlog "$folder/server.db" "$count" >/dev/null
    began=$(date +%s.%N)
    serve "sqlite:$folder/server.db"
    until (($(delivered) > 0)); do sleep 0.05; done
    first=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
    printf '%d waiting events, first delivered %.1f s after the start; at most 5: %s\n' "$count" "$first" "$(verdict 5 "$first")"
    for second in 5 10 15 20 25 30; do
        sleep 5
        now=$(callback_resident)
        ((now > most)) && most=$now
        printf '  after %2d s: %6d delivered, %3d MB\n' "$second" "$(delivered)" "$now"
    done
    printf 'memory at most %d MB\n' "$most"
    stop
    rm -f "$folder"/server.db*
}
