// The chain closed: a particle imaged by multislice, its columns fitted and counted with a library
// that was calculated independently of the image.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "adatom/columns/fit.h"
#include "adatom/counting/count.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/simulate/project.h"
#include "adatom/simulate/record.h"
#include "adatom/simulate/specimen.h"
#include "adatom/simulate/stem.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

counting::Library gold_library() {
  const auto file = fs::path(ADATOM_SOURCE_DIR) / "data" / "scs" / "au_110_673k.h5";
  counting::Library library;
  for (const auto& value : scs_on_detector(simulate::read_angular_library(file), 40.0, 160.0)) {
    library.scs_angstrom2.push_back(value.scs_angstrom2);
    library.stderr_angstrom2.push_back(value.stderr_angstrom2);
  }
  return library;
}

// 79 gold atoms along [110] at 673 K, eight phonon configurations. A column of the frame sees few
// configurations, each of which scatters a tenth more or less than the mean, so single
// cross-sections scatter by some percent; Gaussians leave tails of the columns to the background,
// which costs a few percent of them all, and the library's scale takes that up.
TEST(ClosingLoop, MultisliceFrameIsCountedByTheLibrary) {
  simulate::SpecimenOptions particle;
  particle.length = 5;
  particle.cutoff = 1;
  simulate::StemOptions stem;
  stem.scan.width = 68;
  stem.scan.height = 68;
  stem.thermal.temperature_k = 673.0;
  stem.thermal.configurations = 8;
  stem.accuracy.window_angstrom = 8.0;
  const auto structure = simulate::place_in_scan(simulate::build_specimen(particle, {}), stem.scan);
  const auto truth =
      simulate::project_columns(structure, 0.5, simulate::ScsLibrary::proportional(1.0));
  const std::vector<simulate::Detector> detectors = {simulate::annulus(40.0, 160.0)};
  NoPartStore parts;
  NoProgress progress;
  const auto image = simulate::simulate_stem(structure, simulate::SidewaysCell::single, detectors,
                                             stem, parts, progress);
  std::vector<columns::Position> start;
  for (const auto& column : truth) start.push_back({column.x_angstrom, column.y_angstrom});
  const counting::Library library = gold_library();
  for (const double dose : {2e4, 1e5}) {
    const auto frame = simulate::record(image.images[0], stem.scan.step_angstrom,
                                        {.source_fwhm_angstrom = 0.8, .dose_per_angstrom2 = dose},
                                        RandomStream(1));
    columns::FitOptions fit;
    fit.noise = columns::NoiseModel::poisson;
    fit.dose_per_angstrom2 = dose;
    const auto fitted = fit_columns(frame.image, stem.scan.step_angstrom, start, fit, progress);
    std::vector<double> scs;
    std::vector<double> errors;
    double ratio = 0.0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      scs.push_back(fitted.columns[i].scs_angstrom2);
      errors.push_back(fitted.columns[i].scs_stderr_angstrom2);
      ratio += scs.back() /
               library.scs_angstrom2[static_cast<std::size_t>(truth[i].atom_count - 1)] /
               static_cast<double>(truth.size());
    }
    // Measured: 0.96. A wrong detector, temperature or area would move it much further.
    EXPECT_NEAR(ratio, 1.0, 0.08) << dose;
    const auto counts = counting::count_atoms(scs, errors, library, {}, RandomStream(1), progress);
    std::size_t right = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if (counts.counts[i].atom_count == truth[i].atom_count) ++right;
      EXPECT_LE(std::abs(counts.counts[i].atom_count - truth[i].atom_count), 1) << dose;
    }
    // Measured over five doses' noise: 95 %.
    EXPECT_GE(static_cast<double>(right), 0.85 * static_cast<double>(truth.size())) << dose;
  }
}

}  // namespace
}  // namespace adatom::pipeline
