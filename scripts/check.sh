#!/usr/bin/env bash
# Formatting, clang-tidy, architecture and documentation. Needs a build in build/ (scripts/build.sh).
#   scripts/check.sh              everything
#   scripts/check.sh format|tidy|architecture|docs
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}
messages=$(mktemp)
trap 'rm -f "$messages"' EXIT
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
if wanted tidy; then
  sources 'modules/*/src/*.cpp' 'pipeline/src/*.cpp' |
    xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build --quiet 2>"$messages" ||
    { cat "$messages" >&2; exit 1; }
  echo "check: clang-tidy is clean"
fi
