# The Debian packages that this project needs, and how they get onto the machine. Sourced by the other scripts.

packages_to_build=(
    clang-19 lld-19 cmake ninja-build ccache pkg-config
    libasio-dev libcli11-dev nlohmann-json3-dev libsqlite3-dev libfmt-dev libspdlog-dev libsodium-dev libtomlplusplus-dev
    libhowardhinnant-date-dev tzdata libreadline-dev libutf8proc-dev libcurl4-openssl-dev ca-certificates less
)
packages_to_test=(catch2 tmux sqlite3 procps python3 openssl)
packages_to_check=(clang-format-19 python3)
packages_to_sanitize=(libclang-rt-19-dev)
# redis-tools holds the server's program too; the package redis-server would only add a daemon that starts at boot.
packages_to_bench=(redis-tools sqlite3 python3 curl)

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# require_packages NAME...: installs those that are missing and says which. All chatter goes to standard error.
require_packages() {
    local missing=() state name as_root=()
    if ! command -v dpkg-query >/dev/null; then
        say "this is no Debian, so these packages cannot be looked up here: $*"
        say "install what they stand for, then build by hand: cmake -G Ninja -B build && ninja -C build"
        return 1
    fi
    local -A installed=()
    while read -r state name; do
        if [[ $state == ?i ]]; then
            installed[$name]=yes
        fi
    done < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null)
    for name in "$@"; do
        if [[ -z ${installed[$name]:-} ]]; then
            missing+=("$name")
        fi
    done
    if ((${#missing[@]} == 0)); then
        return 0
    fi

    local command="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "packages are missing, and installing them needs root. As root, run:"
            say "  $command"
            return 1
        fi
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    # cron's PATH lacks the sbin folders, which dpkg needs.
    as_root+=(env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive)
    if ! "${as_root[@]}" apt-get update --quiet --quiet </dev/null >&2; then
        say "the package lists could not all be refreshed; going on with those at hand"
    fi
    if ! "${as_root[@]}" apt-get install --yes --quiet --quiet --no-install-recommends \
        -o DPkg::Lock::Timeout=600 "${missing[@]}" </dev/null >&2; then
        say "these packages could not be installed: ${missing[*]}"
        say "see what apt-get says above; by hand: $command"
        return 1
    fi
}
