#pragma once
// The mean of the first frames over radius and azimuth, and the texture of its rings.
#include <filesystem>
#include <optional>
#include <vector>

#include "adatom/diffraction/polar.h"
#include "saed/saed_pattern.h"

namespace adatom::pipeline {

struct RingTexture {
  std::string phase;
  std::string hkl;
  diffraction::Texture texture;
};

struct SaedPolar {
  diffraction::PolarPattern pattern;
  std::vector<RingTexture> rings;
};

/// Nothing: no sectors are asked for. Rings are those of the fit as far as their full width lies
/// within the pattern; one with a neighbour within that width has the texture of both.
[[nodiscard]] std::optional<SaedPolar> unroll(const SaedOptions& options,
                                              const SaedPattern& pattern);

/// polar.npy (azimuth, s; float64, counts per pixel, NaN where nothing is) and texture.csv:
/// `phase,hkl,azimuth_deg,relative,relative_stderr,texture_index`.
void write_polar(const SaedPolar& polar, const std::filesystem::path& folder);

}  // namespace adatom::pipeline
