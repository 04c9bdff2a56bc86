// A particle's multislice image against one with other thermal motion, and noise.
#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "adatom/reconstruct/image_check.h"
#include "adatom/simulate/record.h"
#include "imaged_particle.h"

namespace adatom::reconstruct {
namespace {

/// Keeps parts in memory: the same image is simulated once.
class KeptParts final : public PartStore {
 public:
  bool load(std::size_t part, std::span<double> values) override {
    const std::scoped_lock lock(mutex_);
    const auto found = parts_.find(part);
    if (found == parts_.end()) return false;
    std::copy(found->second.begin(), found->second.end(), values.begin());
    return true;
  }
  void save(std::size_t part, std::span<const double> values) override {
    const std::scoped_lock lock(mutex_);
    parts_[part].assign(values.begin(), values.end());
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<double>> parts_;
};

TEST(ImageCheckMultislice, TheRightModelLeavesNoiseAndAMissingAtomSticksOut) {
  constexpr double pixel = 0.2;
  constexpr std::size_t size = 44;  // 8.6 angstrom; not a whole number of probe steps
  constexpr double dose = 2e4;
  const testing::ImagedParticle particle(3, 1, 4.3);  // 13 atoms
  // Atoms stand still, so that noise is that of the dose; a small window and steps that are too
  // large for the spectrum's end change both images alike.
  MultisliceCheck microscope{.accuracy = {.window_angstrom = 8.0},
                             .detector = simulate::annulus(40.0, 160.0),
                             .source_fwhm_angstrom = 0.8,
                             .upsampling = 2};
  microscope.thermal = {.temperature_k = 0.0, .configurations = 1};
  simulate::StemOptions options{.probe = microscope.probe,
                                .scan = {.width = 23, .height = 23, .step_angstrom = 2.0 * pixel},
                                .thermal = microscope.thermal,
                                .accuracy = microscope.accuracy};
  KeptParts kept;
  NoProgress silent;
  const std::vector<simulate::Detector> detectors = {microscope.detector};
  const auto truth = simulate::simulate_stem(particle.structure, simulate::SidewaysCell::single,
                                             detectors, options, kept, silent);
  const auto recorded = simulate::record(
      truth.images[0], 2.0 * pixel,
      {.upsampling = 2, .source_fwhm_angstrom = 0.8, .dose_per_angstrom2 = dose}, RandomStream(6));
  Grid<double> frame(size, size);
  for (std::size_t y = 0; y < size; ++y) {
    for (std::size_t x = 0; x < size; ++x) frame(x, y) = recorded.image(x, y);
  }
  const auto check = [&](const crystal::Structure& model, PartStore& parts) {
    const auto misfit = measure_misfit(model, particle.columns, {});
    return check_multislice_image(frame, pixel, model, particle.columns, misfit, microscope,
                                  {.dose_per_angstrom2 = dose}, parts, silent);
  };
  auto moved = particle.structure;  // the map brings it back
  for (auto& atom : moved.atoms) atom.position_angstrom += Eigen::Vector3d(5.0, 1.0, 0.0);
  const auto right = check(moved, kept);
  // The background of the frame is fitted.
  EXPECT_NEAR(right.chi_square_per_pixel, 1.0, 3.0 * right.chi_square_stderr);
  EXPECT_NEAR(right.intensity_scale, 1.0, 0.02);
  for (const auto& column : right.columns) EXPECT_LT(std::abs(column.difference_in_stderr), 3.5);

  auto model = particle.structure;
  const auto at = testing::take_one_atom(model, particle.columns);
  NoPartStore nothing;
  const auto wrong = check(model, nothing);
  const auto worst = std::max_element(wrong.columns.begin(), wrong.columns.end(),
                                      [](const ColumnCheck& a, const ColumnCheck& b) {
                                        return a.difference_in_stderr < b.difference_in_stderr;
                                      });
  EXPECT_EQ(worst - wrong.columns.begin(), static_cast<std::ptrdiff_t>(at));
  // Columns alone and without background have the error sqrt(S / dose); crosstalk and background
  // add.
  const double scs = right.columns[at].model_scs_angstrom2;
  const double best = (scs - worst->model_scs_angstrom2) / std::sqrt(scs / dose);
  EXPECT_GT(best, 10.0);
  EXPECT_LT(worst->difference_in_stderr, best + 3.0);
  EXPECT_GT(worst->difference_in_stderr, 0.6 * best - 3.0);
}

}  // namespace
}  // namespace adatom::reconstruct
