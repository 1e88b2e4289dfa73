#!/usr/bin/env bash
# Everything that is checked without running a test: formatting, lints, documentation, openapi.json, dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; "$@"; }

step cargo fmt --all --check
step cargo clippy --workspace --all-targets --locked -- -D warnings
RUSTDOCFLAGS=-Dwarnings step cargo doc --workspace --no-deps --document-private-items --locked
step scripts/openapi.sh
if command -v cargo-deny >/dev/null; then
    step cargo deny check
else
    echo "cargo-deny is not installed: licences and advisories were not checked."
fi
