# contact/batch of warm contacts beside nginx, which sends a static file of the same bytes.

bench_batch() {
    need wrk nginx
    local contacts=${BENCH_CONTACTS:-10000} ids=${BENCH_IDS:-100}
    demo "sqlite:$folder/batch.db" "$contacts"
    serve "sqlite:$folder/batch.db"
    "$bench" ids "$address" "$token" "$ids" >"$folder/ids.json"
    local url="http://$address/openapi/contact/batch?access_token=$token"
    mkdir "$folder/static"
    curl -sS --data-binary "@$folder/ids.json" "$url" >"$folder/static/answer.json"
    nginx_start "$folder/static"
    export BENCH_BODY=$folder/ids.json
    echo "$ids ids of $contacts contacts, $(stat -c %s "$folder/static/answer.json") bytes an answer; wrk -t1 -c16, $rounds rounds of $seconds s"
    load 2 16 post.lua "$url" >/dev/null
    load 1 16 report.lua "http://$nginx/answer.json" >/dev/null
    for ((round = 0; round < rounds; round++)); do
        load "$seconds" 16 report.lua "http://$nginx/answer.json" >>"$folder/nginx.txt"
        load "$seconds" 16 post.lua "$url" >>"$folder/batch.txt"
    done
    stop
    stop
    show_load "nginx, static file" "$folder/nginx.txt"
    show_load "contact/batch" "$folder/batch.txt"
    local ratio
    ratio=$(paste "$folder/batch.txt" "$folder/nginx.txt" | awk '{ print $1 / $5 }' | median)
    printf 'ratio %.2f (each round: %s); at least 0.50: %s\n' "$ratio" \
        "$(paste "$folder/batch.txt" "$folder/nginx.txt" | awk '{ printf "%s%.2f", (NR > 1 ? " " : ""), $1 / $5 }')" "$(verdict "$ratio" 0.5)"
}

# Starts nginx with two workers on the files of a folder. Sets nginx (its address).
nginx_start() {
    nginx=127.0.0.1:$(free_port)
    cat >"$folder/nginx.conf" <<CONF
$([[ $EUID -ne 0 ]] || echo "user nobody nogroup;")
worker_processes 2;
pid $folder/nginx.pid;
error_log $folder/nginx.log;
daemon off;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75;
    keepalive_requests 1000000000;
    default_type application/json;
    server { listen $nginx; root $1; }
}
CONF
    PATH=$PATH:/usr/sbin nginx -c "$folder/nginx.conf" -p "$folder" 2>>"$folder/nginx.log" &
    processes+=($!)
    until curl -sf "http://$nginx/answer.json" >/dev/null; do
        kill -0 "${processes[-1]}" || { cat "$folder/nginx.log" >&2; return 1; }
        sleep 0.1
    done
}

# A line of medians: `show_load NAME FILE`.
show_load() {
    printf '%-22s %8.0f requests/s   p50 %6.2f ms   p99 %6.2f ms   failed %d\n' "$1" \
        "$(column "$2" 1)" "$(column "$2" 2)" "$(column "$2" 3)" "$(awk '{ n += $4 } END { print n }' "$2")"
}
