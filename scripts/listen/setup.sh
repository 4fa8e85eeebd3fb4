#!/bin/sh
# Makes the Python environment that `make listen` judges sound with (development only: nothing of it ships).
# usage: setup.sh FOLDER — done once; does nothing when FOLDER already holds the pinned versions.
set -eu
folder=${1:?usage: setup.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
if [ -f "$folder/requirements.txt" ] && cmp -s "$here/requirements.txt" "$folder/requirements.txt"; then
	exit 0
fi
python3 -m venv "$folder"
# Without dependencies: of speechmos only the bundled models are used, its own code would pull in much more.
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
"$folder/bin/pip" install --quiet --disable-pip-version-check "flatbuffers==25.12.19" "protobuf==7.36.2" "packaging==26.3"
cp "$here/requirements.txt" "$folder/requirements.txt"
