# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # the lists are for those who source this
# What run.sh and test.sh share: messages, apt packages, one build. Sourced, never run.

SIGNALBOX_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly SIGNALBOX_ROOT

# "a|b" is one need that either package meets: the first one that apt knows is installed.
# Debian 12: `libboost-dev` is 1.74 there and too old, elsewhere it is new enough.
readonly SIGNALBOX_BUILD_PACKAGES=(
    g++ cmake ninja-build pkg-config ccache mold
    qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev
    qtkeychain-qt6-dev 'libboost1.81-dev|libboost-dev' libsimdjson-dev libsqlite3-dev zlib1g-dev libzstd-dev
    libmimalloc-dev libssl-dev libyaml-cpp-dev libtomlplusplus-dev
)
# Loaded at run time, so no build notices that they are missing: the TLS roots, the keychain's library, a font.
readonly SIGNALBOX_RUN_PACKAGES=(ca-certificates curl libsecret-1-0 fonts-dejavu-core)
readonly SIGNALBOX_TEST_PACKAGES=(
    xvfb xauth dbus-bin dbus-daemon gnome-keyring openssl procps python3 python3-venv
)

say() { printf '==> %s\n' "$*" >&2; }
die() {
    printf 'Sorry: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Prints the packages of the needs given that are not installed.
missing_packages() {
    local need name chosen
    for need in "$@"; do
        chosen=
        local -a names
        IFS='|' read -ra names <<<"$need"
        if ((${#names[@]} > 1)); then
            for name in "${names[@]}"; do
                if installed "$name" || apt-cache show "$name" >/dev/null 2>&1; then
                    chosen=$name
                    break
                fi
            done
        fi
        chosen=${chosen:-${names[0]}}
        installed "$chosen" || printf '%s\n' "$chosen"
    done
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        die "root is needed to install packages, and sudo is not here. Run this as root, then start again:
    $*"
    fi
}

# need_packages NEED...: installs what is missing, and does nothing at all when nothing is.
need_packages() {
    local -a missing
    if ! has apt-get || ! has dpkg-query; then
        say "No apt here: make sure that the equivalents of these Debian packages are installed: $*"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        say "All $# packages are installed"
        return
    fi
    say "Bringing the package lists up to date"
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update
    mapfile -t missing < <(missing_packages "$@") # an alternative may only now be known
    say "Installing ${#missing[@]} of $# packages: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "${missing[@]}"
}

# A compiler of this project's sources takes up to about 1 GB.
parallel_jobs() {
    local cores memory
    cores=$(nproc 2>/dev/null || echo 2)
    memory=$(awk '/^MemTotal:/ {print int($2 / 1048576)}' /proc/meminfo 2>/dev/null || echo 2)
    ((memory < 1)) && memory=1
    echo $((cores < memory ? cores : memory))
}

# build PRESET [TARGET...]: configures the first time, builds every time.
build() {
    local preset=$1 folder=$SIGNALBOX_ROOT/build/$1
    shift
    if [[ -f $folder/CMakeCache.txt ]] &&
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$SIGNALBOX_ROOT" "$folder/CMakeCache.txt"; then
        say "build/$preset was made for another folder: configuring it anew"
        rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
    fi
    if [[ ! -f $folder/build.ninja || ! -f $folder/CMakeCache.txt ]]; then
        say "Configuring build/$preset"
        (cd "$SIGNALBOX_ROOT" && cmake --preset "$preset") >&2
    fi
    say "Building build/$preset with $(parallel_jobs) jobs"
    (cd "$SIGNALBOX_ROOT" && cmake --build --preset "$preset" --parallel "$(parallel_jobs)" ${1:+--target "$@"}) >&2
}
