#!/usr/bin/env bash
# Every test, on both databases. Arguments go to the test programs, e.g. `scripts/test.sh contact` runs what has
# "contact" in its name. KAILING_TEST_POSTGRES names a server to use instead of a temporary cluster.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/postgres.sh

calls=$(mktemp -d /tmp/kailing-calls.XXXXXX)
cleanup() {
    local status=$?
    trap - EXIT
    postgres_stop
    rm -rf "$calls"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [[ -n ${KAILING_TEST_POSTGRES:-} ]]; then
    POSTGRES_URL=$KAILING_TEST_POSTGRES
else
    postgres_start || exit 1
fi

failed=0
summary=
step() {
    local name=$1 start=$SECONDS verdict=passed
    shift
    printf '\n== %s\n' "$name"
    "$@" || { verdict=FAILED failed=1; }
    summary+=$(printf '  %-34s %s in %d s' "$name" "$verdict" $((SECONDS - start)))$'\n'
}

export KAILING_TEST_POSTGRES=$POSTGRES_URL KAILING_TEST_CALLS=$calls
step "unit tests, and all on SQLite" env KAILING_TEST_DATABASE=sqlite cargo test --workspace --locked --no-fail-fast -- "$@"
step "integration tests on PostgreSQL" env KAILING_TEST_DATABASE="$POSTGRES_URL" cargo test -p kailing --locked --test it -- "$@"
if [[ $# -eq 0 ]]; then
    step "receivers in Python and Node" scripts/receivers.sh
    step "every endpoint is tested" env KAILING_TEST_COVERAGE=1 cargo test -p kailing --locked --test coverage
fi

printf '\n%s' "$summary"
exit "$failed"
