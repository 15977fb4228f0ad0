#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh FOLDER GROUP... -- COMMAND: runs the command where the clients of all groups are installed in FOLDER.
# Ends with 77 where they are not, which ctest shows as skipped: install.sh has said why.
set -euo pipefail
folder=${1:?where the clients are}
shift
while [[ $1 != -- ]]; do
    if [[ ! -f $folder/$1/installed-from ]]; then
        echo "SKIPPED: the clients of $1 are not installed in $folder/$1" >&2
        exit 77
    fi
    shift
done
shift
cd "$(dirname "${BASH_SOURCE[0]}")"
export CLIENTS=$folder PATH="$folder/python/bin:$PATH"
exec "$@"
