#!/usr/bin/env bash
# Holds spoken calls against the real server in a real browser: short is one call and one on two pages; long is every
# trainee, every kind of line, Firefox where there is one, what can go wrong, and pictures of every page. Further words
# choose parts of the long run.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-short}
export RAPPORT_BIN=${RAPPORT_BIN:-$PWD/bin/rapport}
export RAPPORT_ASSETS=${RAPPORT_ASSETS:-${XDG_DATA_HOME:-$HOME/.local/share}/rapport/assets}
export RAPPORT_CLIPS=${RAPPORT_CLIPS:-${XDG_CACHE_HOME:-$HOME/.cache}/rapport/e2e-clips}
if [ -z "${CHROMIUM:-}" ]; then
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
fi
export CHROMIUM
if [ -z "$CHROMIUM" ]; then
  echo "No Chromium was found: install it (sudo apt-get install chromium) or name it with CHROMIUM=/path/to/chromium." >&2
  exit 3
fi
if [ ! -x "$RAPPORT_BIN" ]; then
  echo "There is no program at $RAPPORT_BIN: run make build first." >&2
  exit 3
fi
if [ ! -d web/node_modules/playwright-core ]; then
  echo "The web app's packages are missing: run make web first." >&2
  exit 3
fi
status=0
node web/e2e/calls.mjs "$@" || status=1
if [ "$what" = long ] && [ $# -le 1 ]; then
  npm --prefix web run --silent screens || status=1
fi
exit "$status"
