# Configures and builds this tree. Sourced by the other scripts, which set `root` to the checkout.

# build_tree FOLDER NINJA-TARGET [CMAKE-ARGUMENT...]. All chatter goes to standard error.
build_tree() {
    local folder=$1 target=$2
    shift 2
    {
        if [[ ! -f $folder/build.ninja ]]; then
            cmake -G Ninja -S "$root" -B "$folder" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-19 "$@" ||
                return 1
        fi
        ninja -C "$folder" -j "$(nproc)" "$target"
    } </dev/null >&2
}

# The stamp of the last good build of the programs: older than anything edited since that build began.
stamp=$root/build/.programs-built

# Whether nothing was edited, added or removed since (a folder's time tells of names that came and went).
programs_are_current() {
    [[ -f $stamp && -x $root/build/bin/tradesh ]] &&
        [[ -z $(find "$root"/{app,core,cli,CMakeLists.txt,scripts/packages.sh,scripts/build.sh} -newer "$stamp" -print -quit) ]]
}

# build_programs TARGET: one at a time, however many were started at once.
build_programs() {
    local began
    mkdir -p "$root/build"
    (
        flock 9
        if [[ $1 == app/all ]] && programs_are_current; then
            exit 0
        fi
        began=$(mktemp "$stamp.XXXXXX")
        trap 'rm -f "$began"' EXIT
        build_tree "$root/build" "$1" 9>&-
        mv "$began" "$stamp"
    ) 9>"$root/build/.lock"
}
