#!/usr/bin/env bash
# Installs the Debian packages that adatom is built and tested with. Safe to run again: it only
# installs what is missing, and says what it does. Arguments are further packages.
set -euo pipefail

packages=(
  # compiler and build
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  # libraries of the program
  libtbb-dev libfmt-dev libeigen3-dev libfftw3-dev libtiff-dev libpng-dev libhdf5-dev zlib1g-dev
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev
  libyaml-cpp-dev libcli11-dev nlohmann-json3-dev libssl-dev
  # the viewer of three-dimensional models, packed into report pages
  libjs-three
  # molecular dynamics of another engine, which runs as a program of its own
  lammps
  # tests, benchmarks, checks
  libgtest-dev libbenchmark-dev libceres-dev python3-ase clang-format-14 clang-tidy-14
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
    missing+=("$package")
  fi
done

if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: everything is installed (${#packages[@]} packages)"
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: missing packages: ${missing[*]}" >&2
    echo "setup: run this script as root, or install sudo" >&2
    exit 2
  fi
  as_root=(sudo)
fi

echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done"
