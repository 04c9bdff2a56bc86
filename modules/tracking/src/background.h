#pragma once
// What a frame looks like without its particles, and how noisy its pixels are.
#include <cstdint>
#include <span>
#include <vector>

#include "adatom/tracking/particle.h"
#include "components.h"
#include "disc_kernel.h"
#include "plane.h"

namespace adatom::tracking {

/// Pixels that particles or the mask take, one byte each.
using Taken = std::vector<std::uint8_t>;

/// A first idea: quantiles of groups of pixels over blocks of `block` pixels, interpolated. Right
/// if particles cover less than half of a block.
void guess_background(const Plane& data, Contrast contrast, std::size_t block, Plane& background);

/// Means of the pixels not taken over blocks, smoothed and interpolated; blocks with few of
/// them take from their neighbours.
/// @return false if no block has enough; `background` is then as it was
bool measure_background(const Plane& data, const Taken& taken, std::size_t block,
                        Plane& background);

/// Of counted electrons: variance proportional to the value. From second differences along x and y,
/// which neither the background nor the edges of particles disturb.
Noise guess_noise(const Plane& data);

/// The same from two kinds of pixels, so that an offset and read-out noise are found: those not
/// taken, and those inside particles.
Noise measure_noise(const Plane& data, const Taken& taken, std::span<const Run> inside);

}  // namespace adatom::tracking
