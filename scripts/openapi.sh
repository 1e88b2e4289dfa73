#!/usr/bin/env bash
# Compares the committed openapi.json with the one that the program prints; with --write replaces it.
set -euo pipefail
cd "$(dirname "$0")/.."

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
cargo run --quiet --locked -p kailing -- openapi >"$fresh"
if [[ ${1:-} == --write ]]; then
    cp "$fresh" openapi.json
elif ! diff -u openapi.json "$fresh" | head -60; then
    echo "openapi.json is out of date: run \`make openapi\` and commit it." >&2
    exit 1
fi
