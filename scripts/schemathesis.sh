#!/usr/bin/env bash
# Lets schemathesis call every endpoint of a running demo server with good and bad input. Needs Python 3 and PyPI.
# EXAMPLES=N (default 25) calls per endpoint and phase; further arguments go to `st run`.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d /tmp/kailing-schemathesis.XXXXXX)
server=
cleanup() {
    [[ -z $server ]] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if ! python3 -c 'import ensurepip' 2>/dev/null && [[ $(id -u) = 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
fi
tools=${CARGO_TARGET_DIR:-target}/schemathesis
[[ -x $tools/bin/st ]] || { python3 -m venv "$tools" && "$tools/bin/pip" install -q 'schemathesis==4.32.5'; } || {
    echo "schemathesis cannot be installed; it needs python3 with venv, and PyPI" >&2
    exit 1
}

cargo build --locked -p kailing
"${CARGO_TARGET_DIR:-target}/debug/kailing" serve --demo --demo-contacts 200 --database "sqlite:$work/kailing.db" --listen 127.0.0.1:0 \
    >"$work/out" 2>"$work/log" &
server=$!
for _ in $(seq 120); do
    grep -q 'is ready' "$work/out" && break
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.5
done
url=$(sed -n 's/.*is ready: \(http:[^ ]*\).*/\1/p' "$work/out")
token=$(sed -n 's/.*access_token=\([A-Za-z0-9_-]*\).*/\1/p' "$work/out" | head -1)

PYTHONPATH=scripts/schemathesis SCHEMATHESIS_HOOKS=checks "$tools/bin/st" run "$url/openapi.json" \
    --header "Authorization: Bearer $token" --checks envelope,response_schema_conformance \
    --phases examples,coverage,fuzzing --max-examples "${EXAMPLES:-25}" --seed 1 --workers 1 \
    --exclude-path /openapi/auth/access_token/get --exclude-path /api/v1/events "$@"
if grep -qE 'panicked|ERROR' "$work/log"; then
    grep -E 'panicked|ERROR' "$work/log" | head -20 >&2
    exit 1
fi
