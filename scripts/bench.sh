#!/usr/bin/env bash
# Measures Kailing against what it could be at best, on this machine and in one run, and prints ratios:
# `scripts/bench.sh [batch] [create] [memory] [demo] [import] [callback] [stored]`, all seven without arguments. Writes into a temporary folder only.
# BENCH_CONTACTS, BENCH_ROUNDS and BENCH_SECONDS change the size; docs/performance.md explains the figures.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/postgres.sh
for part in scripts/bench/*.sh; do source "$part"; done

rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-4}
folder=$(mktemp -d "${TMPDIR:-/tmp}/kailing-bench.XXXXXX")
chmod 755 "$folder"
processes=()

cleanup() {
    local status=$?
    trap - EXIT
    ((${#processes[@]} == 0)) || kill "${processes[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    postgres_stop
    rm -rf "$folder"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Installs what is missing: `need wrk nginx`.
need() {
    local missing=() program
    for program in "$@"; do
        command -v "$program" >/dev/null || [[ -x /usr/sbin/$program ]] || missing+=("$program")
    done
    ((${#missing[@]})) || return 0
    if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
        echo "Needed for this benchmark: ${missing[*]}. Install it (Debian: apt-get install ${missing[*]})." >&2
        return 1
    fi
    echo "== installing ${missing[*]} from Debian's packages"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

build() {
    echo "== building"
    cargo build --release --locked --quiet -p kailing --bin kailing --example bench
    kailing=${CARGO_TARGET_DIR:-target}/release/kailing
    bench=${CARGO_TARGET_DIR:-target}/release/examples/bench
}

# Makes demo data: `demo DATABASE CONTACTS`. Sets app_id and app_secret.
demo() {
    local made
    made=$("$kailing" demo --database "$1" --contacts "$2" --json 2>/dev/null)
    app_id=$(field app_id <<<"$made")
    app_secret=$(field app_secret <<<"$made")
}

# The text of one member of a line of JSON.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# A port that nobody listens on just now.
free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    return 1
}

# Starts a server: `serve DATABASE [OPTION…]`. Sets address, server (its process) and token.
serve() {
    address=127.0.0.1:$(free_port)
    # The line of an earlier server must not count.
    rm -f "$folder/serve.out"
    touch "$folder/serve.out"
    "$kailing" serve --database "$1" --listen "$address" "${@:2}" >"$folder/serve.out" 2>"$folder/serve.err" &
    server=$!
    processes+=("$server")
    local tries=0
    until grep -q "is ready" "$folder/serve.out"; do
        kill -0 "$server" 2>/dev/null && ((tries++ < 600)) || { cat "$folder/serve.err" >&2; return 1; }
        sleep 0.1
    done
    local url="http://$address/openapi/auth/access_token/get?app_id=$app_id&app_secret=$app_secret"
    token=$(curl -sS "$url" | field access_token)
    [[ -n $token ]] || { echo "no token" >&2; return 1; }
}

stop() {
    local last=$((${#processes[@]} - 1))
    kill "${processes[$last]}"
    wait "${processes[$last]}" 2>/dev/null || true
    unset "processes[$last]"
}

# Loads: `load SECONDS CONNECTIONS SCRIPT URL`; prints requests/s, p50 and p99 in milliseconds, and failed requests.
load() { wrk -t1 -c"$2" -d"$1"s -s "scripts/bench/$3" "$4" | sed -n 's/^bench: //p'; }

# The median of the numbers on standard input.
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# The median of one column of a file.
column() { awk -v n="$2" '{ print $n }' "$1" | median; }

divide() { awk -v a="$1" -v b="$2" -v f="${3:-%.2f}" 'BEGIN { printf f, (b > 0 ? a / b : 0) }'; }

verdict() { awk -v a="$1" -v b="$2" 'BEGIN { print (a >= b ? "reached" : "MISSED") }'; }

need curl
build
echo "== machine: $(nproc) processors, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg)"
(($#)) || set -- batch create memory demo import callback stored
for part in "$@"; do
    declare -F "bench_$part" >/dev/null || { echo "no such benchmark: $part" >&2; exit 2; }
    printf '\n== %s\n' "$part"
    "bench_$part"
done
