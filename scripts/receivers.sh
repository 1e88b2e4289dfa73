#!/usr/bin/env bash
# Runs the receivers of docs/receivers and checks what they answer, then lets a server send to them and to one that leaves
# the decoding to wechatpy. Needs Node 18 or newer, Python 3 with venv, and PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v node >/dev/null || missing+=(nodejs)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [[ ${#missing[@]} -gt 0 && $(id -u) = 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi
command -v node >/dev/null || {
    echo "node is missing: install Node 18 or newer (on Debian: apt-get install nodejs)" >&2
    exit 1
}
work=$(mktemp -d /tmp/kailing-receivers.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
{ python3 -m venv "$work" && "$work/bin/pip" install -q --disable-pip-version-check 'cryptography==50.0.2' \
    'wechatpy==1.8.18'; } || {
    echo "cryptography and wechatpy cannot be installed; that needs python3 with venv, and PyPI" >&2
    exit 1
}

python3 scripts/receivers/check.py receiver.py "$work/bin/python" docs/receivers/receiver.py
python3 scripts/receivers/check.py receiver.mjs node docs/receivers/receiver.mjs
cargo build --quiet --locked -p kailing
python3 scripts/receivers/live.py "${CARGO_TARGET_DIR:-target}/debug/kailing" "$work/bin/python" node
