#!/usr/bin/env bash
# Runs every fuzz target for the given time each.
set -euo pipefail
each=${1:-60s}
grep -rlE '^func Fuzz' --include='*_test.go' internal cmd | xargs -n1 dirname | sort -u | while read -r dir; do
  grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | sed 's/func //' | sort -u | while read -r target; do
    echo "== $dir $target" >&2
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$each" "./$dir"
  done
done
