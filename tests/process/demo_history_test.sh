#!/usr/bin/env bash
# The real programs on the profile demo, whose price history is simulated: load, load again, verify, export, import,
# and a core that is killed in the middle of a load. Usage: demo_history_test.sh DIRECTORY_OF_THE_PROGRAMS
set -euo pipefail
bin=$1
home=$(mktemp -d)
export TRADESH_HOME=$home
t() { "$bin/tradesh" --profile demo "$@"; }
core_pid() { cat "$home/share/$1/core.lock"; }
stop_cores() {
    for profile in demo paper; do
        if [[ -s $home/share/$profile/core.lock ]]; then
            kill "$(core_pid "$profile")" 2>/dev/null || true
        fi
    done
}
trap 'stop_cores; rm -rf "$home"' EXIT
fail() {
    echo "FAILED: $*" >&2
    exit 1
}
expect() { # expect CODE WORDS...
    local wanted=$1 code=0
    shift
    "$@" >"$home/out" 2>"$home/err" || code=$?
    [[ $code == "$wanted" ]] || fail "exit $code, not $wanted: $* $(cat "$home/out" "$home/err")"
}

expect 0 t data load AAPL 7203.T 1d --mode full --from 2024-01-01
expect 0 t data load AAPL 7203.T 1d --mode full --from 2024-01-01 --fields requests --no-header
[[ $(cat "$home/out") == $'0\n0' ]] || fail "a second load asked again: $(cat "$home/out")"
expect 0 t data verify AAPL 7203.T

# What is exported from one profile and imported into another is the same.
expect 0 t data export AAPL 1d -o "$home/aapl.csv"
expect 0 "$bin/tradesh" data import "$home/aapl.csv" --symbol AAPL --exchange NASDAQ
expect 0 t data show AAPL 1d --csv -o "$home/demo.csv"
expect 0 "$bin/tradesh" data show AAPL 1d --csv -o "$home/paper.csv"
cmp "$home/demo.csv" "$home/paper.csv" || fail "import after export changed the bars"
expect 4 "$bin/tradesh" data load AAPL
grep -q 'profile demo' "$home/err" || fail "no cure: $(cat "$home/err")"

# Minutes of half a year take seconds at the pace of the source: time to kill the core.
t data load MSFT 1m --mode full --from 2026-01-01 >/dev/null 2>&1 &
client=$!
until [[ $(t data range MSFT 1m --no-header --fields bars 2>/dev/null || echo 0) -gt 0 ]]; do :; done
kill -9 "$(core_pid demo)"
code=0
wait "$client" || code=$?
[[ $code == 5 ]] || fail "a client whose core dies exits 5, not $code"
expect 0 t data range MSFT 1m --no-header --fields bars
saved=$(cat "$home/out")
((saved > 0)) || fail "nothing was kept"
expect 0 t data load MSFT 1m --mode full --from 2026-01-01 --no-header --fields unchanged
[[ $(cat "$home/out") == 0 ]] || fail "what was stored was asked for again: $(cat "$home/out")"
expect 0 t data verify MSFT 1m
echo "all well: $saved bars survived the kill"
