#!/usr/bin/env bash
# Formatting, clang-tidy, architecture and documentation. Needs a build in build/ (scripts/build.sh).
#   scripts/check.sh              everything
#   scripts/check.sh format|tidy|architecture|docs
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
messages=$(mktemp)
trap 'rm -f "$messages" "$messages".*' EXIT
sources() { git ls-files --cached --others --exclude-standard "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }
wanted() { [ "$what" = all ] || [ "$what" = "$1" ]; }

if wanted format; then
  sources '*.h' '*.cpp' | xargs clang-format-14 --dry-run -Werror
  echo "check: formatting is clean"
fi
if wanted architecture; then
  ctest --test-dir build -R 'Architecture|Rules|architecture' --output-on-failure --no-tests=error >/dev/null ||
    { ctest --test-dir build -R 'Architecture|Rules|architecture' --output-on-failure; exit 1; }
  echo "check: the architecture holds"
fi
if wanted docs; then
  scripts/check_docs.sh
  echo "check: the documentation is current"
fi
# Several sources at a time, so that their headers are read once. What is found is looked at again in
# each source by itself: that alone counts, as two sources can stand in each other's way.
tidy_unit() {
  clang-tidy-14 -p build-tidy --quiet --checks=-bugprone-suspicious-include "$1" >/dev/null 2>&1 && return
  local parts=("$1")
  case $1 in */unity_*) mapfile -t parts < <(sed -n 's/^#include "\(.*\)"$/\1/p' "$1") ;; esac
  clang-tidy-14 -p build-tidy/each --quiet "${parts[@]}" 2>"$messages.$$" || { cat "$messages.$$" >&2; return 1; }
  echo "check: clang-tidy read these one by one, they are not a unit: ${parts[*]#"$PWD"/}"
}
if wanted tidy; then
  cmake --preset tidy -Wno-dev >/dev/null
  cmake --preset tidy -B build-tidy/each -DADATOM_UNITY=OFF -Wno-dev >/dev/null
  for folder in build-tidy build-tidy/each; do
    cmake --build "$folder" --target adatom_build_info >/dev/null
  done
  export messages
  export -f tidy_unit
  sed -n 's/^ *"file": "\(.*\)".*$/\1/p' build-tidy/compile_commands.json |
    xargs -P "$(nproc)" -n 1 bash -c 'tidy_unit "$0"'
  echo "check: clang-tidy is clean"
fi
