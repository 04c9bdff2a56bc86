// The ring fit on a recorded pattern of polycrystalline gold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/diffraction/choose_phases.h"
#include "adatom/diffraction/find_pattern.h"
#include "adatom/diffraction/integrate.h"
#include "adatom/diffraction/rings.h"
#include "adatom/image/load.h"
#include "external_data.h"

namespace adatom {
namespace {

// Published for the short axis of the rings; the geometric mean of the axes has it over the root of
// their ratio.
constexpr double published_scale = 0.010236557;

diffraction::Profile gold_profile(const image::SeriesFrames& frames) {
  const image::Frame frame = frames.read(0);
  const auto found = diffraction::find_pattern(std::span(&frame.image, 1), {});
  auto geometry = found.geometry.geometry;
  geometry.s_per_px = published_scale / std::sqrt(geometry.ellipse_ratio);
  diffraction::IntegrateOptions options;
  options.error_model = diffraction::ErrorModel::azimuthal;
  return diffraction::Integrator(frame.image.width(), frame.image.height(), geometry,
                                 found.mask.mask, options)
      .integrate(frame.image);
}

TEST(RingsOfGold, LatticeAndCandidates) {
  const auto path = testing::external_data() / "diffraction" / "au_xgrating_20cm.tif";
  ADATOM_REQUIRE_EXTERNAL(path);
  const image::SeriesFrames frames({path}, {.pixel_size_angstrom = 1.0});
  const auto profile = gold_profile(frames);
  const auto gold = *crystal::find_phase("Au");
  const auto fit = diffraction::fit_rings(profile, {gold});
  std::printf("a %.4f +- %.4f, chi2 %.2f, size %.2f nm\n", fit.phases[0].a_angstrom.value,
              fit.phases[0].a_angstrom.stderr_value, fit.chi2_per_dof, fit.phases[0].size_nm.value);
  for (const auto& ring : fit.rings) {
    std::printf("%s %s: s %.4f, area %.4f +- %.4f, over |F|^2 %.3f\n", ring.phase.c_str(),
                ring.hkl.c_str(), ring.s_per_angstrom.value, ring.area.value,
                ring.area.stderr_value, ring.area.value / std::max(ring.area_per_volume, 1e-9));
  }
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.phases[0].a_angstrom.value / 4.0786, 1.0, 0.003);
  for (const std::string hkl : {"111", "200", "220", "311"}) {
    const auto ring = std::ranges::find(fit.rings, hkl, &diffraction::Ring::hkl);
    ASSERT_NE(ring, fit.rings.end());
    EXPECT_GT(ring->area.value, 5.0 * ring->area.stderr_value) << hkl;
  }
  // Silver and aluminium have the same rings within 0.7 %, so they are not asked for.
  std::vector<crystal::Phase> candidates;
  for (const auto* name : {"Cu", "Ni", "Pt", "Au", "Si", "CeO2", "W"}) {
    candidates.push_back(*crystal::find_phase(name));
  }
  NoProgress progress;
  const auto choice = diffraction::choose_phases(profile, candidates, {}, progress);
  double best = 0.0;
  std::string name;
  for (const auto& candidate : choice.candidates) {
    std::printf("%s %d gain %.1f share %.3f\n", candidate.phase.c_str(), candidate.chosen ? 1 : 0,
                candidate.gain, candidate.area_share);
    if (!candidate.chosen || candidate.gain < best) continue;
    best = candidate.gain;
    name = candidate.phase;
  }
  EXPECT_EQ(name, "Au");
}

}  // namespace
}  // namespace adatom
