#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test and check: what CI runs.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/build.sh default
scripts/check.sh
scripts/build.sh asan
ctest --preset asan --parallel 2
# Last, so that its summary closes the output.
ctest --preset default --parallel 2
