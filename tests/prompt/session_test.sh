#!/bin/bash
# A trader's first minutes at the prompt, with the real core.
source "$(dirname "$0")/terminal.sh"
cp "$(dirname "$0")/../data/GOOG_1d.csv" "$home/work/" || exit 1

test_first_minutes() {
    start_prompt
    text 'data import GOOG'
    keys Tab
    at_end 'GOOG_1d.csv$'
    enter ' --symbol GOOG'
    sees 'columns_used'
    fresh
    text 'data show GO'
    keys Tab
    at_end 'data show GOOG$'
    enter ' -n 5'
    sees '^2013-03-01 .* 2175400$'
    fresh
    text 'data sh'
    keys Tab
    at_end '^paper> data show$'
    text 'GOOG --js'
    keys Tab
    at_end '^paper> data show GOOG --json'
    clear_line
    fresh
    enter 'scan run "close > sma(20)'
    at_end '^quote>$'
    enter '" --universe GOOG'
    sees '1 of 1 symbols match'
    fresh
    enter 'buy GOOG 10 market'
    sees '^filled: buy GOOG 10 @ '
    fresh
    enter 'pos; pos --json'
    sees '^quantity +10$'
    sees '"quantity":"10"'
    fresh
    text 'status lat'
    at_end 'lat$'
    "$programs/tradesh" buy GOOG 5 market >"$home/bought" || die "cannot buy: $(<"$home/bought")"
    sees '^filled: buy GOOG 5 @ '
    at_end '^paper> status lat$'
    keys Tab Enter
    sees '^order_wire'
    fresh
    enter 'buy GOOG 10'
    sees 'error\['
    kill_core
    sees "the core of profile 'paper' has ended"
    enter 'pos'
    sees '^quantity +15$'
    leave_prompt
}

run_tests
