#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Signalbox and starts it. Arguments go to signalbox.
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    cat <<'TXT'
packaging/run.sh [arguments of signalbox]

Installs the Debian packages that are missing, builds Signalbox (build/release) and starts it: the window where
there is a display, otherwise headless, with a curl line to try. Ctrl-C stops it. For the arguments of signalbox:
    packaging/run.sh help
TXT
    exit 0
fi
if [[ ${1:-} == help ]]; then
    set -- --help
fi

# An empty variable is no display.
has_display() { [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; }

# Do the arguments start the server, or are they a command that ends by itself? An option's value is neither.
starts=true
headless=false
show_token=false
is_value=false
for argument in "$@"; do
    if $is_value; then
        is_value=false
        continue
    fi
    case $argument in
    --headless) headless=true ;;
    --show-token) show_token=true ;;
    --profile | --port | --limit) is_value=true ;;
    --version | --help | -h) starts=false ;;
    -*) ;;
    *) starts=false ;;
    esac
done

packages=("${SIGNALBOX_BUILD_PACKAGES[@]}" "${SIGNALBOX_RUN_PACKAGES[@]}")
if [[ -n ${WAYLAND_DISPLAY:-} && -z ${DISPLAY:-} ]]; then
    packages+=(qt6-wayland)
fi
need_packages "${packages[@]}"
build release signalbox # and with it the window
readonly signalbox=$SIGNALBOX_ROOT/build/release/bin/signalbox

if $starts && ! $headless && ! has_display; then
    say "No display here: starting without the window"
    headless=true
    set -- --headless "$@"
fi
if $headless && ! $show_token; then
    set -- "$@" --show-token # makes it print a curl line to try
fi
if $starts; then
    say "Starting Signalbox; Ctrl-C stops it"
fi
exec "$signalbox" "$@"
