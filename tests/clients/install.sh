#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh python|node FOLDER: puts the pinned SDK there. Does nothing when it is there already.
set -euo pipefail
language=${1:?python or node}
folder=${2:?where to}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

case $language in
python) pins=("$here/requirements.txt") ;;
node) pins=("$here/package.json" "$here/package-lock.json") ;;
*)
    echo "install.sh: python or node, not $language" >&2
    exit 2
    ;;
esac
stamp=$folder/installed-from
if [[ -f $stamp ]] && cat "${pins[@]}" | cmp -s - "$stamp"; then
    echo "The $language SDK is installed in $folder"
    exit 0
fi

echo "Installing the $language SDK into $folder"
rm -rf "$folder"
mkdir -p "$folder"
if [[ $language == python ]]; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "${pins[0]}"
else
    cp "${pins[@]}" "$folder/"
    (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
fi
cat "${pins[@]}" >"$stamp"
