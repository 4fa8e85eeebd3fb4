#!/usr/bin/env bash
# Writes the lists of linked Go modules and bundled npm packages into THIRD_PARTY.md (write), or fails when they are not
# what is linked and bundled now (check), or prints all their licences and notices in full, to go with a binary (texts). A
# licence that it does not know, or that Rapport may not be linked with, stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
export GOFLAGS=-tags=nolibopusfile CGO_ENABLED=1
platforms="linux/amd64 linux/arm64 darwin/amd64 darwin/arm64"

licence() { # files of one module → its licence's SPDX name
  local text names=""
  text=$(cat "$@" | tr -s ' \t\r\n' ' ')
  has() { grep -qiE "$1" <<<"$text"; }
  has 'Mozilla Public License,? Version 2.0' && names="$names MPL-2.0"
  has 'Apache License,? Version 2.0' && names="$names Apache-2.0"
  has 'Permission is hereby granted, free of charge' && names="$names MIT"
  has 'Permission to use, copy, modify, and(/or)? distribute' && names="$names ISC"
  if has 'Redistribution and use in source and binary forms'; then
    if has 'Neither the name|The name of .{0,40}may not be used'; then names="$names BSD-3-Clause"; else names="$names BSD-2-Clause"; fi
  fi
  has 'free and unencumbered software' && names="$names Unlicense"
  # The Mozilla licence names the GNU licences without being one.
  if [[ $names != *MPL-2.0* ]] && has 'GNU (Affero |Lesser |Library )?General Public License'; then names="$names GPL"; fi
  has 'Server Side Public License|Business Source License|Commons Clause|non-?commercial (use|purposes?) only' && names="$names refused"
  names=${names# }
  echo "${names// / AND }"
}

row() { # name, version, folder
  local files="" f names
  for f in "$3"/LICEN[CS]E "$3"/LICEN[CS]E.txt "$3"/LICEN[CS]E.md "$3"/COPYING "$3"/UNLICENSE; do
    if [ -f "$f" ]; then files=$f && break; fi
  done
  if [ -z "$files" ]; then
    echo "$1 $2 has no licence file: find out what it may be used for before it is linked." >&2
    return 1
  fi
  names=$(licence "$files")
  case $names in
    '' | *GPL* | *refused*)
      echo "$1 $2 has a licence that Rapport is not linked with, or one that this script does not know ($files): use another module, or teach scripts/third-party.sh the licence." >&2
      return 1
      ;;
  esac
  echo "| $1 | $2 | $names |"
}

table() { # heading; name, version and folder a line on standard input
  local name version folder
  printf '| %s | version | licence |\n|---|---|---|\n' "$1"
  while read -r name version folder; do row "$name" "$version" "$folder"; done
}

modules() {
  local p
  for p in $platforms; do
    GOOS=${p%/*} GOARCH=${p#*/} go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/rapport
  done | sort -u
}

packages() { # those that are no development tools
  node -e '
    const lock = require("./web/package-lock.json").packages;
    for (const at of Object.keys(lock).sort())
      if (at && !lock[at].dev) console.log(at.replace(/.*node_modules\//, ""), lock[at].version, "web/" + at);'
}

written() {
  local line skip=""
  while IFS= read -r line; do
    case $line in '<!-- end of list -->') skip="" ;; esac
    [ -n "$skip" ] || printf '%s\n' "$line"
    case $line in
      '<!-- list of Go modules'*) skip=yes && table module <"$work/modules" ;;
      '<!-- list of npm packages'*) skip=yes && table package <"$work/packages" ;;
    esac
  done <THIRD_PARTY.md
}

texts() { # name, version and folder a line on standard input
  local name version folder f
  while read -r name version folder; do
    for f in "$folder"/LICEN[CS]E* "$folder"/COPYING* "$folder"/UNLICENSE* "$folder"/NOTICE*; do
      [ -f "$f" ] || continue
      printf '\n==== %s %s: %s\n\n' "$name" "$version" "${f##*/}"
      cat "$f"
    done
  done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
modules >"$work/modules"
packages >"$work/packages"
written >"$work/THIRD_PARTY.md"
for list in modules packages; do
  if [ ! -s "$work/$list" ]; then
    echo "No $list were found, which cannot be: run make build first." >&2
    exit 1
  fi
done
case ${1:-write} in
  texts) cat "$work/modules" "$work/packages" | texts ;;
  write) cat "$work/THIRD_PARTY.md" >THIRD_PARTY.md ;;
  check)
    if ! diff -u THIRD_PARTY.md "$work/THIRD_PARTY.md" >&2; then
      echo "THIRD_PARTY.md does not list what is linked and bundled: run scripts/third-party.sh and look at what came in." >&2
      exit 1
    fi
    ;;
esac
