#!/usr/bin/env bash
# Configures and builds one preset: scripts/build.sh [default|debug|asan] [targets...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-default}
shift || true
cmake --preset "$preset" -Wno-dev >/dev/null
cmake --build --preset "$preset" ${@:+--target "$@"}
