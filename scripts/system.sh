#!/usr/bin/env bash
# Installs the system libraries that building (build) or browser tests (test) need: by apt when root on Debian or
# Ubuntu, otherwise it says the exact command. The Dockerfile runs it too.
set -euo pipefail
what=${1:-build}

missing() {
  command -v cc >/dev/null || echo compiler
  command -v pkg-config >/dev/null || echo pkg-config
  { command -v pkg-config >/dev/null && pkg-config --exists opus; } || echo opus
  if [ "$what" = test ]; then
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || echo chromium
  fi
}
names() { # package manager → package names of what is missing
  for m in $(missing); do
    case "$1:$m" in
      apt:compiler) echo gcc libc6-dev ;; dnf:compiler) echo gcc ;; brew:compiler) echo gcc ;;
      apt:pkg-config) echo pkg-config ;; dnf:pkg-config) echo pkgconf-pkg-config ;; brew:pkg-config) echo pkg-config ;;
      apt:opus) echo libopus-dev ;; dnf:opus) echo opus-devel ;; brew:opus) echo opus ;;
      apt:chromium | dnf:chromium | brew:chromium) echo chromium ;;
    esac
  done | tr '\n' ' '
}

for tool in go npm; do
  command -v "$tool" >/dev/null && continue
  case $tool in
    go) echo "Go 1.26 or newer is missing: install it from your system's packages or from the Go project, then run this again." >&2 ;;
    npm) echo "Node.js 20 or newer with npm is missing: install it from your system's packages or from the Node.js project, then run this again." >&2 ;;
  esac
  exit 1
done

[ -z "$(missing)" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing $(names apt)…" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2046
  apt-get install -y -qq --no-install-recommends $(names apt) >/dev/null
  [ -z "$(missing)" ] && exit 0
fi
{
  echo "Missing: $(missing | tr '\n' ' '). Install with one of:"
  echo "  sudo apt-get install $(names apt)"
  echo "  sudo dnf install $(names dnf)"
  echo "  brew install $(names brew)"
} >&2
exit 1
