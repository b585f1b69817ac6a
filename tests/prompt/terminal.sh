#!/bin/bash
# The prompt at a real terminal: tmux plays the terminal and the user. Sourced by the tests with their arguments:
# FOLDER-OF-PROGRAMS [TEST...]; they define functions test_* and call run_tests.
# Nothing here waits for time to pass: every step waits until the screen, a file or a process is as it should be.
set -uo pipefail

programs=$1
shift
tests=("$@")

if ! command -v tmux >/dev/null; then
    echo "skipped: tmux is not installed"
    exit 77
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/tradesh-terminal-XXXXXX")
export TRADESH_HOME=$home/state
unset TRADESH_PROFILE NO_COLOR INPUTRC
export HOME=$home LANG=C.UTF-8 TERM=screen
mkdir "$home/work" "$TRADESH_HOME"
touch "$home/work/some_long_name.csv"
history_file=$TRADESH_HOME/share/paper/history
lock_file=$TRADESH_HOME/share/paper/core.lock
socket=$home/tmux.sock
deadline_s=15
current=start

tm() { tmux -S "$socket" -f /dev/null "$@"; }

finish() {
    tm kill-server 2>/dev/null
    if [[ -s $lock_file ]]; then
        local core=$(<"$lock_file")
        kill -9 "$core" 2>/dev/null
        until gone "$core"; do sleep 0.02; done
    fi
    rm -rf "$home"
}
trap finish EXIT

screen() { tm capture-pane -p -J -t test | sed -e 's/[[:space:]]*$//' -e '/^$/d'; }

die() {
    printf 'FAILED %s: %s\n--- the screen ---\n' "$current" "$*"
    screen
    exit 1
}

# until_true WHAT COMMAND...: tries until the command succeeds.
until_true() {
    local what=$1 end=$((SECONDS + deadline_s))
    shift
    until "$@"; do
        ((SECONDS < end)) || die "waited in vain for $what"
        sleep 0.02
    done
}

shows() { screen | grep -qE -- "$1"; }
last_line_is() { [[ $(screen | tail -n 1) =~ $1 ]]; }
sees() { until_true "'$1' on the screen" shows "$1"; }
at_end() { until_true "'$1' as the last line" last_line_is "$1"; }
lacks() { ! shows "$1" || die "'$1' is on the screen"; }
keys() { tm send-keys -t test "$@"; }
text() { tm send-keys -t test -l -- "$1"; }
enter() { text "$1" && keys Enter; }

# An empty screen with a prompt, ready for the next test.
fresh() {
    at_end '> ?$'
    keys C-l
    until_true "a clean screen" only_a_prompt
}
only_a_prompt() { [[ $(screen | wc -l) == 1 ]] && shows '^[^ ]*(paper|LIVE).*>$'; }

clear_line() {
    keys C-c
    at_end '^paper>$'
}

core_pid() { cat "$lock_file"; }
prompt_pid() { pgrep -f -- "$programs/tradesh-prompt" | head -n 1; }
# Ended, whether or not somebody has buried it: where no init runs, nobody does.
gone() { ! kill -0 "$1" 2>/dev/null || [[ $(awk '{print $3}' "/proc/$1/stat" 2>/dev/null) == Z ]]; }
kill_core() {
    local pid
    pid=$(core_pid)
    kill -9 "$pid"
    until_true "the end of core $pid" gone "$pid"
}

# At the shell of the terminal, where each test begins and ends.
start_prompt() {
    enter "clear; cd $home/work; ${1:-} $programs/tradesh"
    at_end '^paper>$'
}
leave_prompt() {
    at_end '>$'
    keys C-d
    at_end '^shell\$$'
}
shell_shows() {
    enter "$1"
    sees "$2"
}
record() { tm pipe-pane -t test "cat > $home/raw"; }
stop_recording() { tm pipe-pane -t test; }

run_tests() {
    if ((${#tests[@]} == 0)); then
        mapfile -t tests < <(declare -F | awk '{ print $3 }' | grep '^test_')
    fi
    tm new-session -d -s test -x 80 -y 24 -c "$home" "env PS1='shell$ ' bash --norc --noprofile" || exit 1
    at_end '^shell\$$'
    for current in "${tests[@]}"; do
        "$current"
        printf 'ok %s\n' "$current"
    done
}
