#include "saed/saed_polar.h"

#include <array>
#include <span>

#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"
#include "adatom/storage/npy.h"

namespace adatom::pipeline {

std::optional<SaedPolar> unroll(const SaedOptions& options, const SaedPattern& pattern) {
  if (options.sectors < 2) return std::nullopt;
  diffraction::PolarOptions polar;
  polar.sectors = options.sectors;
  polar.radial = options.integration;
  // The image is a mean of frames.
  const auto frames = static_cast<double>(pattern.frames_in_mean());
  polar.radial.gain = pattern.gain() / frames;
  polar.radial.readout_variance = pattern.readout_variance() / frames;
  // Splitting over both axes needs one.
  if (polar.radial.splitting == diffraction::Splitting::none) {
    polar.radial.splitting = diffraction::Splitting::full;
  }
  const auto& image = pattern.mean();
  const diffraction::PolarIntegrator integrator(image.width(), image.height(), pattern.in_use(),
                                                pattern.mask().mask, polar);
  SaedPolar unrolled;
  unrolled.pattern = integrator.integrate(image);
  const auto& map = unrolled.pattern;
  const double end =
      map.s_first_per_angstrom + map.s_step_per_angstrom * static_cast<double>(map.radii() - 1);
  for (const diffraction::Ring& ring : pattern.fit().rings) {
    const double s = ring.s_per_angstrom.value;
    const double half = ring.width_per_angstrom;
    // What lies beside the ring is half as wide again.
    if (s - 2.0 * half < map.s_first_per_angstrom || s + 2.0 * half > end) continue;
    unrolled.rings.push_back(
        {ring.phase, ring.hkl, diffraction::ring_texture(map, s - half, s + half)});
  }
  return unrolled;
}

void write_polar(const SaedPolar& polar, const std::filesystem::path& folder) {
  const auto& map = polar.pattern;
  const std::array<std::size_t, 2> shape = {map.sectors(), map.radii()};
  storage::write_file(folder / "polar.npy", storage::encode_npy(shape, map.intensity.values()));
  storage::Table table(
      {"phase", "hkl", "azimuth_deg", "relative", "relative_stderr", "texture_index"});
  for (const RingTexture& ring : polar.rings) {
    for (std::size_t i = 0; i < ring.texture.azimuth_deg.size(); ++i) {
      table.add_row({ring.phase.empty() ? "unknown" : ring.phase, ring.hkl,
                     storage::cell(ring.texture.azimuth_deg[i]),
                     storage::cell(ring.texture.relative[i]),
                     storage::cell(ring.texture.relative_stderr[i]),
                     storage::cell(ring.texture.texture_index)});
    }
  }
  storage::write_file(folder / "texture.csv", table.text());
}

}  // namespace adatom::pipeline
