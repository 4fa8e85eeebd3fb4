#!/usr/bin/env bash
# Builds (build) or checks (lint) the web app; installs its packages when the lock file changed.
set -euo pipefail
cd "$(dirname "$0")/../web"
stamp=node_modules/.rapport-lock
if ! cmp -s package-lock.json "$stamp" 2>/dev/null; then
  echo "Installing the web app's packages…" >&2
  npm ci --silent --no-audit --no-fund
  cp package-lock.json "$stamp"
fi
case ${1:-build} in
  build)
    # Built again only when something that goes into it is newer.
    if [ -f dist/index.html ] && [ -z "$(find src public index.html package-lock.json vite.config.* tsconfig.json -newer dist/index.html -print -quit 2>/dev/null)" ]; then
      exit 0
    fi
    npm run --silent build
    ;;
  lint)
    npm run --silent lint
    node ../scripts/portraits/draw.mjs check
    ;;
esac
