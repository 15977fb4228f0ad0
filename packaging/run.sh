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

# The display that the window would open on, if any. An empty variable is none.
has_display() { [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; }

# What of the arguments matters here: are they for a server without a window, for a command that ends by itself,
# and which profile do they name? An option's value is not a command.
headless=false
command=false
profile=()
expect=
for argument in "$@"; do
    case $expect in
    profile) profile=(--profile "$argument") ;;
    esac
    if [[ -n $expect ]]; then
        expect=
        continue
    fi
    case $argument in
    --headless) headless=true ;;
    --profile) expect=profile ;;
    --profile=*) profile=("$argument") ;;
    --port) expect=other ;;
    --version | --help) command=true ;;
    -*) ;;
    *) command=true ;;
    esac
done
[[ $expect == "" ]] || die "an option lacks its value: $*"

packages=("${SIGNALBOX_BUILD_PACKAGES[@]}" "${SIGNALBOX_RUN_PACKAGES[@]}")
if [[ -n ${WAYLAND_DISPLAY:-} && -z ${DISPLAY:-} ]]; then
    packages+=(qt6-wayland)
fi
need_packages "${packages[@]}"
build release signalbox # and with it the window
readonly signalbox=$SIGNALBOX_ROOT/build/release/bin/signalbox

if $command; then
    exec "$signalbox" "$@"
fi
if ! $headless && has_display; then
    say "Starting the window"
    exec "$signalbox" "$@"
fi
if ! $headless; then
    say "No display here: starting without the window"
    set -- --headless "$@"
fi

# The token is read when the line is run, so that it stays out of this output.
print_curl_line() {
    local url=$1 token='' quoted
    printf -v quoted '%q ' "$signalbox" "${profile[@]}"
    if "$signalbox" "${profile[@]}" clients token default >/dev/null 2>&1; then
        token="-H \"Authorization: Bearer \$(${quoted}clients token default)\" "
    fi
    cat <<TXT

Signalbox is running. Ctrl-C stops it. From another terminal:

curl $url/v1/chat/completions ${token}-H 'Content-Type: application/json' -d '{"model": "demo", "messages": [{"role": "user", "content": "Hello"}]}'

TXT
}

talk=$(mktemp -d)
trap 'rm -rf "$talk"' EXIT
mkfifo "$talk/out"
"$signalbox" "$@" >"$talk/out" &
child=$!
# A child in the background ignores Ctrl-C, so every signal to stop is handed on as SIGTERM, which drains.
trap 'kill -TERM "$child" 2>/dev/null || true' INT TERM HUP

while IFS= read -r line; do
    printf '%s\n' "$line"
    if [[ $line == "listening on http"* ]]; then
        print_curl_line "${line#listening on }"
    fi
done <"$talk/out"

status=0
wait "$child" || status=$?
while kill -0 "$child" 2>/dev/null; do # a trapped signal ends `wait` before the child has ended
    status=0
    wait "$child" || status=$?
done
exit "$status"
