#!/usr/bin/env bash
# Fuzzes the readers of image and structure files: scripts/fuzz.sh [SECONDS-EACH [FORMAT...]], by default one
# minute of every format. What is found lies in build-fuzz/found/FORMAT; once mended it belongs into
# tests/fuzz/findings/FORMAT, which the ordinary tests replay. Inputs are kept between calls.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh clang-14 libclang-rt-14-dev
scripts/build.sh fuzz fuzz
seconds=${1:-60}
shift || true
if [ $# -eq 0 ]; then
  for program in build-fuzz/bin/adatom_fuzz_*; do
    format=${program##*_}
    [ "$format" = seeds ] || set -- "$@" "$format"
  done
fi
build-fuzz/bin/adatom_fuzz_seeds build-fuzz/seeds
failed=()
for format in "$@"; do
  corpus=build-fuzz/corpus/$format
  found=build-fuzz/found/$format
  mkdir -p "$corpus" "$found"
  echo "fuzz: $format for $seconds s"
  # A frame may be 16 MiB whatever the size of its file; nothing should need more than some of them.
  if build-fuzz/bin/adatom_fuzz_"$format" -max_total_time="$seconds" -max_len=65536 -timeout=30 \
    -malloc_limit_mb=256 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/" \
    "$corpus" "build-fuzz/seeds/$format" >"$found.log" 2>&1; then
    # Trials of the HDF5 library in a copy of the process leave files when they fail, as they may.
    rm -f "$found"/crash-*
  else
    failed+=("$format")
  fi
  grep -E 'stat::number_of_executed_units|cov:|^SUMMARY' "$found.log" | tail -2
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "fuzz: found something in ${failed[*]}: see build-fuzz/found" >&2
  exit 1
fi
