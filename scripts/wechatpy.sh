#!/usr/bin/env bash
# Has wechatpy, a library for WeCom that knows nothing of Kailing, read what Kailing encrypts and signs, and the other
# way round. Needs Python 3 with venv, and PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! python3 -c 'import ensurepip' 2>/dev/null && [[ $(id -u) = 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
fi
work=$(mktemp -d /tmp/kailing-wechatpy.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
{ python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q --disable-pip-version-check -r scripts/wechatpy/requirements.txt; } || {
    echo "wechatpy cannot be installed; it needs python3 with venv, and PyPI" >&2
    exit 1
}

cargo build -q -p kailing --locked
"$work/venv/bin/python" scripts/wechatpy/check.py "${CARGO_TARGET_DIR:-target}/debug/kailing" "$work"
