#!/usr/bin/env bash
# Runs every fuzz target for the given time each. Minimising is kept short: by itself it would take most of that time.
set -euo pipefail
each=${1:-60s}
grep -rlE '^func Fuzz' --include='*_test.go' internal cmd | xargs -n1 dirname | sort -u | while read -r dir; do
  grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | sed 's/func //' | sort -u | while read -r target; do
    echo "== $dir $target" >&2
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$each" -fuzzminimizetime 100x "./$dir"
  done
done
