#!/usr/bin/env bash
# Installs what is missing, builds, and runs the main job on the sample series that ships with
# the program: runs/sample/report.html in the end.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/build.sh default adatom
build/bin/adatom run configs/sample.yaml
echo "Open runs/sample/report.html in a browser."
