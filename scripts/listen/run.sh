#!/usr/bin/env bash
# Judges the voices by measuring; sets up the judge's Python environment first, in the cache folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${XDG_CACHE_HOME:-$HOME/.cache}/rapport/listen
scripts/listen/setup.sh "$venv"
bin/rapport speech listen --python "$venv/bin/python" "$@"
