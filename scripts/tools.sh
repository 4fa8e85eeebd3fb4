#!/usr/bin/env bash
# Builds the pinned linter into the given folder, once.
set -euo pipefail
dir=$1
want=v2.15.0
have=$("$dir/golangci-lint" version --short 2>/dev/null || true)
if [ "v${have#v}" != "$want" ]; then
  echo "Building golangci-lint $want (a few minutes, once)…" >&2
  GOFLAGS='' GOBIN=$dir go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$want"
fi
