#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with_display.sh COMMAND...: runs it on a screen and a session bus of its own, with an empty home.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run"
env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME -u WAYLAND_DISPLAY \
    HOME="$home" XDG_RUNTIME_DIR="$home/run" QT_QPA_PLATFORM=xcb \
    xvfb-run --auto-servernum --server-args='-screen 0 1600x1000x24 -nolisten tcp' dbus-run-session -- "$@"
