#include "adatom/reconstruct/image_check.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "adatom/base/error.h"
#include "adatom/columns/bound.h"
#include "adatom/simulate/incoherent.h"
#include "imaged_particle.h"

namespace adatom::reconstruct {
namespace {

constexpr double pixel = 0.25;
constexpr double width = 0.5;
constexpr double dose = 2e4;
constexpr double level = 0.01;

/// Gold at 300 kV scatters some 0.02 angstrom^2 per atom, less and less in long columns.
simulate::ScsLibrary library() {
  std::vector<double> scs;
  for (int n = 1; n <= 20; ++n) scs.push_back(0.02 * n / (1.0 + 0.01 * n));
  return simulate::ScsLibrary(scs);
}

/// 201 atoms, and a frame of them with noise.
struct NoisyFrame {
  explicit NoisyFrame(std::uint64_t seed) : particle(7, 2, 12.4) {
    std::vector<simulate::TrueColumn> truth;
    for (const auto& c : particle.columns) {
      truth.push_back({.x_angstrom = c.x_angstrom,
                       .y_angstrom = c.y_angstrom,
                       .atom_count = c.atom_count,
                       .scs_angstrom2 = library().at(c.atom_count)});
    }
    frame = simulate::render_frame(truth,
                                   {.width = 100,
                                    .height = 100,
                                    .pixel_size_angstrom = pixel,
                                    .column_width_angstrom = width,
                                    .background = level,
                                    .dose_per_angstrom2 = dose},
                                   RandomStream(seed));
  }
  [[nodiscard]] ImageCheckResult check(const crystal::Structure& model,
                                       const ImageCheckOptions& options) const {
    NoProgress silent;
    const auto misfit = measure_misfit(model, particle.columns, {});
    return check_incoherent_image(frame, pixel, model, particle.columns, misfit, library(), options,
                                  silent);
  }
  testing::ImagedParticle particle;
  Grid<double> frame;
};

TEST(ImageCheck, TheRightModelLeavesNoiseAlone) {
  const NoisyFrame noisy(4);
  const auto result = noisy.check(noisy.particle.structure, {.dose_per_angstrom2 = dose});
  EXPECT_EQ(result.pixels_compared, 10000);
  // The width is that of the fit: one of 10^4 degrees of freedom.
  EXPECT_NEAR(result.chi_square_stderr, std::sqrt(2.0 / 1e4), 0.002);
  EXPECT_NEAR(result.chi_square_per_pixel, 1.0, 3.0 * result.chi_square_stderr);
  EXPECT_NEAR(result.column_width_angstrom, width, 0.005);
  EXPECT_NEAR(result.intensity_scale, 1.0, 0.01);
  double squares = 0.0;
  for (const auto& column : result.columns) {
    EXPECT_LT(std::abs(column.difference_in_stderr), 4.5);
    squares += column.difference_in_stderr * column.difference_in_stderr;
  }
  const auto columns = static_cast<double>(result.columns.size());
  EXPECT_NEAR(squares / columns, 1.0, 4.0 * std::sqrt(2.0 / columns));
  // Without a dose the noise is the fit's: the mean square of its own residual, near that.
  const auto unknown = noisy.check(noisy.particle.structure, {.places = ColumnPlaces::frame});
  EXPECT_NEAR(unknown.chi_square_per_pixel, 1.0, 0.05);
  // A model that lies elsewhere is brought to the frame by the misfit's map.
  auto moved = noisy.particle.structure;
  for (auto& atom : moved.atoms) atom.position_angstrom += Eigen::Vector3d(7.0, -3.0, 1.0);
  EXPECT_NEAR(noisy.check(moved, {.dose_per_angstrom2 = dose}).chi_square_per_pixel,
              result.chi_square_per_pixel, 1e-9);
}

TEST(ImageCheck, AMissingAtomSticksOutAtItsColumn) {
  const NoisyFrame noisy(4);
  auto model = noisy.particle.structure;
  const auto at = testing::take_one_atom(model, noisy.particle.columns);
  const auto result = noisy.check(model, {.dose_per_angstrom2 = dose});
  // What the dose allows: the Cramer-Rao bound of the cross-section.
  std::vector<columns::Column> truth;
  for (const auto& c : noisy.particle.columns) {
    const double scs = library().at(c.atom_count);
    truth.push_back({.x_angstrom = c.x_angstrom,
                     .y_angstrom = c.y_angstrom,
                     .height = scs / (2.0 * std::numbers::pi * width * width),
                     .width_angstrom = width,
                     .scs_angstrom2 = scs});
  }
  const auto bound =
      columns::cramer_rao_bound(100, 100, pixel, truth, {.level = level}, dose,
                                columns::WidthModel::common, columns::BackgroundModel::constant);
  const auto atoms = noisy.particle.columns[at].atom_count;
  const double expected = (library().at(atoms) - library().at(atoms - 1)) / bound[at].scs_angstrom2;
  EXPECT_GT(expected, 5.0) << "too little dose to tell";
  const auto worst = std::max_element(
      result.columns.begin(), result.columns.end(), [](const ColumnCheck& a, const ColumnCheck& b) {
        return std::abs(a.difference_in_stderr) < std::abs(b.difference_in_stderr);
      });
  EXPECT_EQ(worst - result.columns.begin(), static_cast<std::ptrdiff_t>(at));
  EXPECT_EQ(worst->atoms, atoms - 1);
  // Its own noise is one; least squares reaches 1.07 to 1.2 of the bound.
  EXPECT_NEAR(worst->difference_in_stderr, expected, 2.5 + 0.2 * expected);
  // Over the whole image chi-square grows by the squared difference, which hardly shows: its cross
  // term with the noise has the deviation 2 expected.
  const auto right = noisy.check(noisy.particle.structure, {.dose_per_angstrom2 = dose});
  EXPECT_NEAR(1e4 * (result.chi_square_per_pixel - right.chi_square_per_pixel), expected * expected,
              6.0 * expected);
  // The residual map holds the atom's cross-section where the column is.
  double missing = 0.0;
  for (std::size_t y = 0; y < 100; ++y) {
    for (std::size_t x = 0; x < 100; ++x) {
      const double apart = std::hypot(pixel * static_cast<double>(x) - worst->x_angstrom,
                                      pixel * static_cast<double>(y) - worst->y_angstrom);
      if (apart < 3.0 * width) missing += pixel * pixel * result.residual(x, y);
    }
  }
  // Noise of the 1.5 angstrom around: sqrt(0.15 / dose) = 0.003.
  EXPECT_NEAR(missing, library().at(atoms) - library().at(atoms - 1), 0.009);
}

TEST(ImageCheck, AnAtomInNoColumnIsDrawnAndWrongInputIsRefused) {
  const NoisyFrame noisy(4);
  auto model = noisy.particle.structure;
  model.atoms.push_back({.element = "Au", .position_angstrom = {2.0, 2.0, 0.0}});
  const auto result = noisy.check(model, {.dose_per_angstrom2 = dose});
  EXPECT_NEAR(result.image(8, 8) - level, 0.02 / (1.01 * 2.0 * std::numbers::pi * 0.25), 1e-3);
  NoProgress silent;
  const auto misfit = measure_misfit(noisy.particle.structure, noisy.particle.columns, {});
  EXPECT_THROW((void)check_incoherent_image(noisy.frame, pixel, model, noisy.particle.columns,
                                            misfit, library(), {}, silent),
               InputError);
  EXPECT_THROW((void)check_incoherent_image({}, pixel, noisy.particle.structure,
                                            noisy.particle.columns, misfit, library(), {}, silent),
               InputError);
}

}  // namespace
}  // namespace adatom::reconstruct
