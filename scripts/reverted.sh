#!/usr/bin/env bash
# Proves that the tests of the bugs that others shipped can fail: each fix is taken out in turn, and its test must notice.
set -euo pipefail
cd "$(dirname "$0")/.."
exec go run ./scripts/reverted ./internal/call internal/call/testdata/reverted
