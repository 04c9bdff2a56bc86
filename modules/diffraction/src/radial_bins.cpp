#include "radial_bins.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "adatom/base/error.h"

namespace adatom::diffraction {
namespace {

constexpr const char* integration = "azimuthal integration";

void require_mask(std::size_t width, std::size_t height, const Mask& mask) {
  if (!mask.empty() && (mask.width() != width || mask.height() != height)) {
    throw InputError(
        Complaint{.what = fmt::format("the mask has {} x {} pixels", mask.width(), mask.height()),
                  .where = integration,
                  .why = fmt::format("the frames have {} x {}", width, height),
                  .remedy = "give a mask of the frames' size"});
  }
  constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
  if (width == 0 || height == 0 || width > most / height) {
    throw InputError(Complaint{.what = fmt::format("frames of {} x {} pixels", width, height),
                               .where = integration,
                               .why = fmt::format("from 1 to {} pixels can be integrated", most),
                               .remedy = {}});
  }
}

}  // namespace

PolarBins radial_bins(std::size_t width, std::size_t height, const Geometry& geometry,
                      const Mask& mask, const IntegrateOptions& options) {
  require_valid(options.validate());
  require_mask(width, height, mask);
  PolarBins bins{.s_min = options.s_min_per_angstrom, .s_step = geometry.s_per_px};
  const double farthest = farthest_corner(width, height, geometry, mask);
  if (!(farthest > bins.s_min)) {
    throw InputError(Complaint{
        .what = "no pixel counts",
        .where = integration,
        .why = farthest > 0.0 ? fmt::format("those that count end at {:.6g} 1/angstrom", farthest)
                              : std::string("the mask leaves none"),
        .remedy = "check the mask, the centre and s_min_per_angstrom"});
  }
  const double range = options.s_max_per_angstrom.value_or(farthest) - bins.s_min;
  if (options.bins > 0) {
    bins.radii = static_cast<std::size_t>(options.bins);
    bins.s_step = range / static_cast<double>(options.bins);
    return bins;
  }
  // A whole number as wide as a pixel, or with a given end as nearly so as it allows.
  const double pixels = range / geometry.s_per_px;
  const double count = options.s_max_per_angstrom ? std::round(pixels) : std::ceil(pixels);
  if (count > 1e6) {
    throw InputError(Complaint{.what = fmt::format("{:.0f} bins as wide as a pixel", count),
                               .where = integration,
                               .why = "more than a million",
                               .remedy = "check the centre and s_max_per_angstrom"});
  }
  bins.radii = static_cast<std::size_t>(std::max(count, 1.0));
  if (options.s_max_per_angstrom) bins.s_step = range / static_cast<double>(bins.radii);
  return bins;
}

void require_pixels(const SplitMatrix& matrix) {
  if (!matrix.pixel.empty()) return;
  throw InputError(Complaint{.what = "no pixel counts",
                             .where = integration,
                             .why = "none lies between s_min_per_angstrom and s_max_per_angstrom",
                             .remedy = "check both, and the geometry"});
}

void require_frame(std::size_t width, std::size_t height, std::size_t expected_width,
                   std::size_t expected_height) {
  if (width == expected_width && height == expected_height) return;
  throw InputError(
      Complaint{.what = fmt::format("a frame of {} x {} pixels", width, height),
                .where = integration,
                .why = fmt::format("{} x {} are expected", expected_width, expected_height),
                .remedy = "integrate frames of one size together"});
}

}  // namespace adatom::diffraction
