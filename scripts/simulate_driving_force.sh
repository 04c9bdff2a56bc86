#!/usr/bin/env bash
# Phantoms for configs/driving_force.yaml: for each condition a SAED series whose share of copper
# oscillates, its rings fitted, and a video of Brownian particles; the videos are tracked and compared.
#   scripts/simulate_driving_force.sh DIR [FRAMES]      FRAMES of each video, 150 if not given
# The shares of copper are made up. The diffusion follows the model with 40 kJ/mol, so that agreement
# shows that the chain works and tells nothing of copper. Needs `adatom` (in build/bin or the PATH).
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
PATH=$scripts/../build/bin:$PATH
cd "$1"
frames=${2:-150}
echo "video,name,temperature_c,h2_o2_ratio" > videos.csv
seed=0
# name, temperature, H2/O2, mean share of copper, diffusion in nm2/s
while read -r name celsius ratio copper diffusion; do
  seed=$((seed + 1))
  oxide=$(awk "BEGIN { print 1 - $copper }")
  adatom simulate saed -o "$name" --phases Cu,Cu2O --frames 40 --frame-time-s 0.15 --seed $seed \
    --pattern-width 256 --pattern-height 256 --pattern-s-per-px 0.005 --crystallites-size-nm [8] \
    --mixture-volume-fraction "[$copper, $oxide]" --mixture-amplitude "[0.05, -0.05]" --mixture-period-s 1.5
  adatom saed "$name/frames.tif" -o "$name/saed" --phases Cu,Cu2O --s-per-px 0.005
  adatom simulate video -o "$name/video" --frames "$frames" --seed $seed --camera-width 256 \
    --camera-height 256 --particles-count 30 --particles-radius-min-nm 4 --particles-radius-max-nm 8 \
    --particles-gap-nm 6 --motion-brownian-share 1 --motion-directed-share 0 \
    --motion-diffusion-nm2-per-s "$diffusion"
  echo "$name/video/frames.tif,$name,$celsius,$ratio" >> videos.csv
done <<'END'
400C 400 6 0.80 3.07
450C 450 6 0.72 4.03
500C 500 6 0.60 5.03
550C 550 6 0.33 4.12
600C 600 6 0.12 2.64
2to1 500 2 0.10 2.58
4to1 500 4 0.28 3.52
8to1 500 8 0.66 4.34
10to1 500 10 0.70 3.87
END
adatom track-conditions videos.csv -o tracked --lags-frames 1,5,25 --drift none --overlay-pictures 0
