#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Signalbox with its tests and runs them all. Ends in ctest's summary.
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TXT'
packaging/test.sh [--preset NAME] [--filter REGEX] [--also-headless] [-- arguments of ctest]

  --preset NAME     dev (default), release, asan, tsan, headless or clang: see CMakePresets.json
  --filter REGEX    only the tests whose name matches
  --also-headless   first builds the preset "headless", which has no window: core must stand alone
TXT
}

preset=dev
also_headless=false
ctest_arguments=()
while (($#)); do
    case $1 in
    --preset)
        preset=${2:?--preset needs a name}
        shift
        ;;
    --filter)
        ctest_arguments+=(--tests-regex "${2:?--filter needs a regular expression}")
        shift
        ;;
    --also-headless) also_headless=true ;;
    --help | -h)
        usage
        exit 0
        ;;
    --)
        shift
        ctest_arguments+=("$@")
        break
        ;;
    *)
        usage >&2
        die "unknown option: $1"
        ;;
    esac
    shift
done
grep -q "\"name\": \"$preset\", \"configurePreset\"" "$SIGNALBOX_ROOT/CMakePresets.json" ||
    die "there is no preset named $preset"

packages=("${SIGNALBOX_BUILD_PACKAGES[@]}" "${SIGNALBOX_RUN_PACKAGES[@]}" "${SIGNALBOX_TEST_PACKAGES[@]}")
# Node from another source brings its own npm, and does not go together with Debian's.
if ! has node || ! has npm; then
    packages+=(nodejs npm)
fi
if [[ $preset == clang ]]; then
    packages+=(clang-19)
fi
need_packages "${packages[@]}"
if $also_headless; then
    build headless
fi
build "$preset"

say "Running the tests of build/$preset"
cd "$SIGNALBOX_ROOT"
# Never the user's own display, session bus or profile: a test that wants one makes its own.
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
exec ctest --preset "$preset" --parallel "$(parallel_jobs)" --no-tests=error "${ctest_arguments[@]}"
