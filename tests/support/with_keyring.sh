#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with_keyring.sh unlocked|locked|absent|nobus COMMAND...: runs it on a session bus of its own, with an empty home and
# a real Secret Service (gnome-keyring) in that state. "absent" is a bus that nobody answers on, "nobus" not even that.
# The command finds the state in SIGNALBOX_KEYRING_STATE.
set -euo pipefail
state=${1:?unlocked, locked, absent or nobus}
shift

if [[ ${SIGNALBOX_KEYRING_BUS:-} != ours ]]; then
    home=$(mktemp -d)
    # The daemon ends with its bus, unless the bus ended before the two had met. Its home tells that it is ours.
    # shellcheck disable=SC2317 # the trap calls it
    cleanup() {
        local process
        for process in /proc/[0-9]*; do
            if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "HOME=$home"; then
                kill "${process#/proc/}" 2>/dev/null || true
            fi
        done
        rm -rf "$home"
    }
    trap cleanup EXIT
    mkdir -m 700 "$home/run"
    # A bus configuration of its own: the system's would start a Secret Service by itself when one is asked for.
    cat >"$home/bus.conf" <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$home/run</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
XML
    env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME -u DISPLAY -u WAYLAND_DISPLAY \
        HOME="$home" XDG_RUNTIME_DIR="$home/run" SIGNALBOX_KEYRING_BUS=ours \
        dbus-run-session --config-file="$home/bus.conf" -- "${BASH_SOURCE[0]}" "$state" "$@"
    exit
fi

unset SIGNALBOX_KEYRING_BUS
# The daemon goes to the background before it answers, and a replaced one answers for a while yet: waits until the
# login keyring says of "Locked" what is given.
wait_until_locked_is() {
    local tries
    for ((tries = 0; tries < 200; ++tries)); do
        if dbus-send --session --print-reply=literal --dest=org.freedesktop.secrets \
            /org/freedesktop/secrets/collection/login org.freedesktop.DBus.Properties.Get \
            string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null | grep -q "boolean $1"; then
            return
        fi
        sleep 0.05
    done
    echo "with_keyring.sh: the keyring never came" >&2
    exit 1
}

case $state in
unlocked)
    printf 'test' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
    wait_until_locked_is false
    ;;
locked)
    # A login keyring exists, and this daemon has not been given its password.
    printf 'test' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
    wait_until_locked_is false
    gnome-keyring-daemon --replace --daemonize --components=secrets </dev/null >/dev/null
    wait_until_locked_is true
    ;;
absent) ;;
nobus) export DBUS_SESSION_BUS_ADDRESS=unix:path="$XDG_RUNTIME_DIR/no-bus-here" ;;
*)
    echo "with_keyring.sh: unlocked, locked, absent or nobus, not $state" >&2
    exit 2
    ;;
esac
export SIGNALBOX_KEYRING_STATE=$state
# The daemon ends with its bus.
exec "$@"
