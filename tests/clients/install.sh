#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh GROUP FOLDER: puts the clients of pins/GROUP there. Does nothing when they are there already.
# Ends with 77 where the registry cannot be reached: the tests that need the clients are then skipped.
set -euo pipefail
group=${1:?a folder of pins}
folder=${2:?where to}
pins=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/pins/$group
readonly skipped=77

if [[ ! -d $pins ]]; then
    echo "install.sh: there is no group $group" >&2
    exit 2
fi
stamp=$folder/installed-from
if [[ -f $stamp ]] && cat "$pins"/* | cmp -s - "$stamp"; then
    echo "The clients of $group are installed in $folder"
    exit 0
fi

reachable() {
    local registry status=0
    if [[ $group == python ]]; then
        registry=$(python3 -m pip config get global.index-url 2>/dev/null || true)
        registry=${PIP_INDEX_URL:-${registry:-https://pypi.org/simple/}}
    else
        registry=$(npm config get registry 2>/dev/null)
    fi
    curl --silent --output /dev/null --head --max-time 20 "$registry" || status=$?
    case $status in
    5 | 6 | 7 | 28) # no name, no connection, no answer in time; all else, npm and pip explain better
        echo "SKIPPED: the clients of $group are not installed, as $registry cannot be reached" >&2
        return 1
        ;;
    esac
}

echo "Installing the clients of $group into $folder"
rm -rf "$folder"
mkdir -p "$folder"
reachable || exit "$skipped"
if [[ $group == python ]]; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$pins/requirements.txt"
else
    cp "$pins"/* "$folder/"
    (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
fi
cat "$pins"/* >"$stamp"
