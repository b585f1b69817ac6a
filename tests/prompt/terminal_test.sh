#!/bin/bash
# What the prompt does at a terminal, beside a core whose commands are scripted (prompt/scripted_core).
source "$(dirname "$0")/terminal.sh"

test_commands() {
    start_prompt
    enter 'say one; say two'
    sees '^said: one$'
    sees '^said: two$'
    enter 'say good ; code 3 ; say never'
    sees '^said: good$'
    enter 'say after $?'
    sees '^said: after\|3$'
    lacks 'said: never'
    enter 'unended'
    sees '^no newline$'
    at_end '^paper>$'
    enter '# nothing at all'
    enter 'lines 2000'
    sees '^line 2000$'
    enter 'write made_here.txt'
    at_end '^paper>$'
    until_true 'the file' test -s "$home/work/made_here.txt"
    enter 'read'
    enter 'a line for the command'
    sees '^read: a line for the command$'
    leave_prompt
}

test_continuation() {
    start_prompt
    enter 'say one \'
    at_end '^\.\.\. >$'
    enter 'two'
    sees '^said: one\|two$'
    enter "say 'open"
    at_end '^quote>$'
    enter "closed'"
    sees '^said: open closed$'
    enter 'say given up \'
    at_end '^\.\.\. >$'
    keys C-c
    at_end '^paper>$'
    lacks 'said: given'
    leave_prompt
}

test_paste() {
    start_prompt
    printf 'say p1\nsay p2\n' | tm load-buffer -
    tm paste-buffer -p -t test
    sees 'say p2$'
    text 'say p3'
    at_end 'say p3$'
    lacks 'said:'
    keys Enter
    sees '^said: p3$'
    sees '^said: p1$'
    sees '^said: p2$'
    fresh
    keys Up # the paste is one entry
    at_end 'say p3$'
    sees '^paper> say p1$'
    clear_line
    leave_prompt
}

test_history() {
    start_prompt
    enter 'say kept 17'
    sees '^said: kept'
    enter ' say blank'
    sees '^said: blank'
    enter 'say password=x'
    sees '^said: password=x'
    leave_prompt
    [[ $(stat -c %a "$history_file") == 600 ]] || die "mode of the history: $(stat -c %a "$history_file")"
    grep -q 'kept 17' "$history_file" || die 'the history lost a line'
    ! grep -qE 'blank|password' "$history_file" || die 'the history kept what it should not'
    start_prompt
    keys Up
    at_end '^paper> say kept 17$'
    clear_line
    fresh
    keys C-r
    text 'kept'
    at_end 'say kept 17$'
    keys Enter
    sees '^said: kept\|17$'
    fresh
    keys C-r
    text 'kep'
    at_end "kep': say kept 17$"
    clear_line
    enter 'say whole'
    sees '^said: whole$'
    leave_prompt
}

test_completion() {
    start_prompt
    text 'sta'
    keys Tab
    text 'x'
    at_end '^paper> status x$'
    clear_line
    text 'buy GO'
    keys Tab
    text '10'
    at_end '^paper> buy GOOG 10$'
    clear_line
    text 'say a; buy --j'
    keys Tab
    text 'x'
    at_end '^paper> say a; buy --json x$'
    clear_line
    text 'data --f'
    keys Tab
    text 'x'
    at_end '^paper> data --format=x$'
    clear_line
    text 'data import some_l'
    keys Tab
    text 'x'
    at_end '^paper> data import some_long_name.csv x$'
    clear_line
    fresh
    keys Tab Tab
    sees 'buy +data +status'
    clear_line
    leave_prompt
}

test_interrupt() {
    start_prompt
    keys C-c
    sees '^paper> \^C$'
    text 'say half'
    at_end 'half$'
    keys C-c
    at_end '^paper>$'
    lacks 'said:'
    enter 'hang'
    sees '^under way$'
    keys C-c
    sees '^asked to stop by 2$'
    at_end '^paper>$'
    enter 'say $?'
    sees '^said: 130$'
    fresh
    enter 'stubborn'
    sees '^under way$'
    keys C-c
    sees '^asked to stop by 2$'
    keys C-c
    sees 'stopped waiting for the command'
    sees 'connected to a core again'
    enter 'say still here'
    sees '^said: still\|here$'
    leave_prompt
}

test_leaving() {
    start_prompt
    enter 'code 3'
    at_end '^paper>$'
    leave_prompt
    shell_shows 'echo "code <$?>"; stty -a | grep -o " icanon"' '^code <3>$'
    sees '^ icanon'
    start_prompt
    enter 'exit 4'
    at_end '^shell\$$'
    shell_shows 'echo "code <$?>"' '^code <4>$'
    start_prompt
    enter 'say before; exit'
    sees '^said: before$'
    at_end '^shell\$$'
}

test_notice() {
    start_prompt
    text 'say half'
    at_end '^paper> say half$'
    "$programs/tradesh" tell-all 'filled'
    sees '^filled$'
    at_end '^paper> say half$'
    [[ $(screen | grep -c 'say half') == 1 ]] || die 'the half-typed line is there twice'
    keys Left Left # in the middle of the line
    "$programs/tradesh" tell-all 'again'
    sees '^again$'
    text 'X'
    at_end '^paper> say haXlf$'
    keys Enter
    sees '^said: haXlf$'
    leave_prompt
}

test_core_dies() {
    start_prompt
    enter 'pid'
    sees "^core $(core_pid)$"
    text 'pi'
    at_end '^paper> pi$'
    kill_core
    sees "the core of profile 'paper' has ended"
    at_end '^paper> pi$'
    keys d Enter
    sees 'connected to a core again'
    sees "^core $(core_pid)$"
    fresh
    enter 'hang'
    sees '^under way$'
    kill_core
    sees 'has ended while the command ran; it had sent nothing'
    enter 'say $?'
    sees '^said: 5$'
    fresh
    enter 'effect'
    sees '^under way$'
    kill_core
    sees 'it may have had an effect'
    sees 'hint: order key K7: order show K7'
    enter 'say $?'
    sees '^said: 11$'
    leave_prompt
}

test_core_leaves() {
    start_prompt
    text 'say kept'
    at_end 'kept$'
    local pid
    pid=$(core_pid)
    kill -TERM "$pid"
    sees 'has ended \('
    keys Enter
    sees '^said: kept$'
    leave_prompt
}

test_stopping() {
    start_prompt
    text 'say half'
    at_end 'half$'
    keys C-z
    sees 'Stopped'
    shell_shows 'stty -a | grep -o " icanon"' '^ icanon'
    enter 'fg'
    at_end '^paper> say half$'
    keys Enter
    sees '^said: half$'
    leave_prompt
}

test_resize() {
    start_prompt
    tm resize-window -t test -x 100 -y 30
    until_true 'the new size' says_size 100x30
    tm resize-window -t test -x 80 -y 24
    until_true 'the old size' says_size 80x24
    leave_prompt
}
says_size() {
    enter 'facts'
    sees 'size [0-9]+x[0-9]+$'
    shows "^size $1$"
}

test_signals() {
    local signal
    for signal in TERM:143 HUP:129; do
        start_prompt
        text 'half'
        at_end 'half$'
        kill -"${signal%:*}" "$(prompt_pid)"
        at_end '^shell\$$'
        shell_shows 'echo "code <$?>"; stty -a | grep -o " icanon"' "^code <${signal#*:}>$"
        sees '^ icanon'
    done
}

# The shell shares its open file with us: its flags are not ours to change.
test_blocking_mode() {
    start_prompt
    enter 'say x'
    sees '^said: x$'
    local fd flags
    for fd in 0 1 2; do
        flags=$(awk '/^flags/ { print $2 }' "/proc/$(prompt_pid)/fdinfo/$fd")
        (((8#$flags & 8#4000) == 0)) || die "descriptor $fd is non-blocking"
    done
    leave_prompt
}

test_colors() {
    start_prompt
    record
    enter 'stand ib-U123'
    at_end '^LIVE ib-U123 armed>$'
    stop_recording
    grep -q $'\033\[1;37;41mLIVE ib-U123 armed' "$home/raw" || die 'a live prompt is not red'
    leave_prompt
    start_prompt 'NO_COLOR=1'
    record
    enter 'stand ib-U123'
    at_end '^LIVE ib-U123 armed>$'
    stop_recording
    ! grep -q $'\033\[[0-9;]*m' "$home/raw" || die 'NO_COLOR is not respected'
    leave_prompt
}

test_plain() {
    start_prompt 'TERM=dumb'
    record
    enter 'say one; say two'
    sees '^said: one$'
    sees '^said: two$'
    "$programs/tradesh" tell-all 'filled'
    sees '^filled$'
    enter 'hang'
    sees '^under way$'
    keys C-c
    sees '^asked to stop by 2$'
    text 'half'
    sees 'half$'
    keys C-c
    at_end '^paper>$'
    enter 'say $?'
    sees '^said: 130$'
    leave_prompt
    stop_recording
    sed '/shell/,$d' "$home/raw" >"$home/plain"
    ! grep -q $'\033' "$home/plain" || die 'escape sequences on a dumb terminal'
}

test_pipes() {
    printf 'say a\n' >"$home/script"
    [[ $("$programs/tradesh-prompt" <"$home/script") == 'script: say a' ]] || die 'lines from a file'
    [[ $("$programs/tradesh-prompt" < <(cat "$home/script")) == 'script: say a' ]] || die 'lines from a pipe'
    enter "clear; cd $home/work; $programs/tradesh | cat > piped.txt"
    at_end '^paper>$'
    enter 'say into the pipe'
    until_true 'the result in the file' grep -q '^said: into|the|pipe$' "$home/work/piped.txt"
    leave_prompt
    [[ $(<"$home/work/piped.txt") == 'said: into|the|pipe' ]] || die 'more than results in the pipe'
}

run_tests
