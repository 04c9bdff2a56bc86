#include "adatom/columns/fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/columns/bound.h"
#include "support/fit_frames.h"

namespace adatom::columns {
namespace {

using testing::add_poisson_noise;
using testing::Frame;
using testing::FrameSpec;
using testing::make_column;
using testing::make_frame;
using testing::start_positions;

FitResult fit(const Frame& frame, const Grid<double>& image, const std::vector<Position>& start,
              const FitOptions& options) {
  NoProgress progress;
  return fit_columns(image, frame.pixel_size_angstrom, start, options, progress);
}

Frame make_lone(std::vector<Column> columns, std::size_t size = 64, double pixel = 0.12) {
  Frame frame{
      .pixel_size_angstrom = pixel, .columns = std::move(columns), .background = {}, .image = {}};
  frame.image = evaluate_model(size, size, pixel, frame.columns, {});
  return frame;
}

// Numbers for everything; an error is a number or says "undetermined", never NaN.
void expect_usable(const FitResult& result) {
  for (const Column& c : result.columns) {
    for (const double value :
         {c.x_angstrom, c.y_angstrom, c.height, c.width_angstrom, c.scs_angstrom2}) {
      EXPECT_TRUE(std::isfinite(value));
    }
    for (const double error : {c.x_stderr_angstrom, c.y_stderr_angstrom, c.height_stderr,
                               c.width_stderr_angstrom, c.scs_stderr_angstrom2}) {
      EXPECT_FALSE(std::isnan(error));
      EXPECT_TRUE(error > 0.0 || c.height <= 0.0) << error;
    }
  }
  EXPECT_FALSE(std::isnan(result.reduced_chi_square));
  EXPECT_TRUE(std::isfinite(result.log_likelihood));
}

bool warns(const FitResult& result, const std::string& text) {
  for (const std::string& warning : result.warnings) {
    if (warning.find(text) != std::string::npos) return true;
  }
  return false;
}

// Without noise the truth is the optimum; the fit stops at 1e-10 of the width.
TEST(FitColumns, FindsTheTruthWithoutNoise) {
  for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
    for (const WidthModel width : {WidthModel::common, WidthModel::individual}) {
      FrameSpec spec{.size = 128, .background = 0.03};
      if (width == WidthModel::individual) spec.width_spread = 0.08;
      const Frame frame = make_frame(spec, RandomStream(11));
      FitOptions options{.width = width, .background = BackgroundModel::plane, .noise = noise};
      options.dose_per_angstrom2 = 1e5;
      const FitResult result =
          fit(frame, frame.image, start_positions(frame, 0.4, RandomStream(12)), options);
      EXPECT_EQ(result.termination, Termination::converged);
      EXPECT_LE(result.iterations, 30);
      for (std::size_t i = 0; i < frame.columns.size(); ++i) {
        EXPECT_NEAR(result.columns[i].x_angstrom, frame.columns[i].x_angstrom, 1e-6);
        EXPECT_NEAR(result.columns[i].y_angstrom, frame.columns[i].y_angstrom, 1e-6);
        EXPECT_NEAR(result.columns[i].scs_angstrom2, frame.columns[i].scs_angstrom2,
                    1e-5 * frame.columns[i].scs_angstrom2);
      }
      EXPECT_NEAR(result.background.level, 0.03, 1e-6);
      EXPECT_NEAR(result.background.slope_x_per_angstrom, 0.0, 1e-7);
    }
  }
}

// The nearest columns are 2.04 A apart ([100]) and 2.5 A ([110]): starts up to 0.9 and 1.1 A off,
// and a starting width wrong by a factor of two, reach the optimum that starts at the truth reach.
TEST(FitColumns, ReachesTheSameOptimumFromBadStarts) {
  for (const testing::Zone zone : {testing::Zone::axis_100, testing::Zone::axis_110}) {
    const Frame frame = make_frame({.zone = zone, .size = 128}, RandomStream(21));
    const Grid<double> noisy = add_poisson_noise(frame, 1e5, RandomStream(22));
    FitOptions options{.background = BackgroundModel::none};
    const FitResult best = fit(frame, noisy, start_positions(frame, 0.0, RandomStream(0)), options);
    const double off = zone == testing::Zone::axis_100 ? 0.9 : 1.1;
    for (const double width : {0.3, 1.2}) {
      options.start_width_angstrom = width;
      const FitResult result =
          fit(frame, noisy, start_positions(frame, off, RandomStream(23)), options);
      EXPECT_EQ(result.termination, Termination::converged);
      // Pixels at the edge of a support may differ: 1e-6 of the heights there.
      EXPECT_NEAR(result.sum_squared_residuals, best.sum_squared_residuals,
                  1e-5 * best.sum_squared_residuals);
    }
  }
}

TEST(FitColumns, GivesTheSameBytesWithOneAndTwoThreads) {
  const Frame frame = make_frame({.size = 160, .background = 0.02}, RandomStream(31));
  const Grid<double> noisy = add_poisson_noise(frame, 5e4, RandomStream(32));
  const auto start = start_positions(frame, 0.3, RandomStream(33));
  for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
    FitOptions options{.noise = noise};
    options.dose_per_angstrom2 = 5e4;
    FitResult results[2];
    for (std::size_t threads = 1; threads <= 2; ++threads) {
      const ThreadLimit limit(threads);
      results[threads - 1] = fit(frame, noisy, start, options);
    }
    EXPECT_EQ(results[0].iterations, results[1].iterations);
    EXPECT_EQ(0, std::memcmp(results[0].columns.data(), results[1].columns.data(),
                             results[0].columns.size() * sizeof(Column)));
    EXPECT_EQ(results[0].log_likelihood, results[1].log_likelihood);
    EXPECT_EQ(results[0].sum_squared_residuals, results[1].sum_squared_residuals);
  }
}

TEST(FitColumns, ResultIsConsistentWithItsModel) {
  const Frame frame = make_frame({.size = 128, .background = 0.02}, RandomStream(41));
  const Grid<double> noisy = add_poisson_noise(frame, 1e5, RandomStream(42));
  FitOptions options{.noise = NoiseModel::poisson};
  options.dose_per_angstrom2 = 1e5;
  const FitResult result =
      fit(frame, noisy, start_positions(frame, 0.2, RandomStream(43)), options);
  const Grid<double> again =
      evaluate_model(128, 128, frame.pixel_size_angstrom, result.columns, result.background);
  double squares = 0.0;
  for (std::size_t k = 0; k < again.size(); ++k) {
    EXPECT_NEAR(result.model.values()[k], again.values()[k], 1e-12);
    squares += std::pow(noisy.values()[k] - result.model.values()[k], 2);
  }
  EXPECT_NEAR(result.sum_squared_residuals, squares, 1e-9 * squares);
  EXPECT_EQ(result.parameters, 3 * frame.columns.size() + 2);
  // 16000 pixels: chi-square per degree of freedom scatters by sqrt(2/16000) = 0.011.
  EXPECT_NEAR(result.reduced_chi_square, 1.0, 0.05);
}

// A column on the border, one in a corner, one inside. Without noise: what the cut leaves.
TEST(FitColumns, FitsColumnsCutByTheBorder) {
  const double end = 63 * 0.12;
  const Frame frame = make_lone({make_column(0.05, 3.0, 0.2, 0.6), make_column(end, end, 0.1, 0.6),
                                 make_column(4.0, 3.5, 0.3, 0.6)});
  FitOptions options{.background = BackgroundModel::none};
  const FitResult result =
      fit(frame, frame.image, {{0.3, 2.8}, {end - 0.2, end - 0.3}, {3.8, 3.7}}, options);
  EXPECT_EQ(result.termination, Termination::converged);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(result.columns[i].scs_angstrom2, frame.columns[i].scs_angstrom2, 1e-5);
    EXPECT_NEAR(result.columns[i].x_angstrom, frame.columns[i].x_angstrom, 1e-5);
  }
}

TEST(FitColumns, SurvivesStartsOnTopOfEachOther) {
  const Frame frame = make_lone({make_column(3.0, 3.0, 0.2, 0.6), make_column(5.5, 3.2, 0.3, 0.6)});
  const Grid<double> noisy = add_poisson_noise(frame, 1e5, RandomStream(51));
  for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
    FitOptions options{.background = BackgroundModel::none, .noise = noise};
    options.dose_per_angstrom2 = 1e5;
    const FitResult result = fit(frame, noisy, {{3.0, 3.0}, {3.0, 3.0}, {5.5, 3.2}}, options);
    expect_usable(result);
    EXPECT_TRUE(warns(result, "coincide") || warns(result, "not determined"));
    EXPECT_NEAR(result.columns[0].scs_angstrom2 + result.columns[1].scs_angstrom2, 0.2, 0.01);
    EXPECT_NEAR(result.columns[2].scs_angstrom2, 0.3, 0.01);
    // Which of the two has how much cannot be known: the error must say so.
    EXPECT_GT(result.columns[0].scs_stderr_angstrom2,
              10.0 * result.columns[2].scs_stderr_angstrom2);
  }
}

TEST(FitColumns, SurvivesAColumnWhereNothingIs) {
  const Frame frame = make_lone({make_column(2.0, 2.0, 0.2, 0.6)});
  const Grid<double> noisy = add_poisson_noise(frame, 1e5, RandomStream(52));
  for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
    for (const WidthModel width : {WidthModel::common, WidthModel::individual}) {
      FitOptions options{.width = width, .background = BackgroundModel::none, .noise = noise};
      options.dose_per_angstrom2 = 1e5;
      const FitResult result = fit(frame, noisy, {{2.1, 2.0}, {6.5, 6.5}}, options);
      expect_usable(result);
      EXPECT_NEAR(result.columns[0].scs_angstrom2, 0.2, 0.01);
    }
  }
}

TEST(FitColumns, SurvivesImagesOfNothing) {
  for (const double level : {0.0, 0.5, -0.5}) {
    const Grid<double> flat(20, 16, level);
    for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
      for (const BackgroundModel background : {BackgroundModel::none, BackgroundModel::plane}) {
        FitOptions options{.background = background, .noise = noise};
        options.dose_per_angstrom2 = 1e4;
        NoProgress progress;
        expect_usable(fit_columns(flat, 0.1, std::vector<Position>{{0.8, 0.7}, {1.2, 0.7}}, options,
                                  progress));
      }
    }
  }
}

TEST(FitColumns, SaysWhatAnImageOfNothingCannotTell) {
  const Grid<double> nothing(40, 36, 0.0);
  for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
    for (const WidthModel width : {WidthModel::common, WidthModel::individual}) {
      FitOptions options{.width = width, .noise = noise};
      options.dose_per_angstrom2 = 1e4;
      NoProgress progress;
      const FitResult result = fit_columns(
          nothing, 0.1, std::vector<Position>{{0.8, 0.7}, {2.2, 1.7}}, options, progress);
      for (const Column& c : result.columns) {
        for (const double error : {c.x_stderr_angstrom, c.y_stderr_angstrom, c.height_stderr,
                                   c.width_stderr_angstrom, c.scs_stderr_angstrom2}) {
          EXPECT_EQ(error, undetermined);
        }
      }
      EXPECT_EQ(result.background.level_stderr, undetermined);
      EXPECT_EQ(result.reduced_chi_square, undetermined);
      EXPECT_TRUE(warns(result, "standard errors are not determined"));
      EXPECT_TRUE(warns(result, "chi-square is not determined"));
    }
  }
}

double relative_difference(double a, double b) { return std::abs(a - b) / std::abs(b); }

// The unit of intensity changes heights and cross-sections and nothing else. A factor that is no
// power of two rounds the pixels, 1e-16 each; a fit that ends at a relative change of 1e-10 on
// noisy data may end a step earlier or later, and 1e-6 is far below any standard error.
TEST(FitColumns, UnitOfIntensityDoesNotMatter) {
  const Frame frame = make_frame({.size = 96, .background = 0.02}, RandomStream(91));
  const Grid<double> noisy = add_poisson_noise(frame, 3e4, RandomStream(92));
  const auto start = start_positions(frame, 0.3, RandomStream(93));
  for (const NoiseModel noise : {NoiseModel::gaussian, NoiseModel::poisson}) {
    for (const WidthModel width : {WidthModel::common, WidthModel::individual}) {
      FitOptions options{.width = width, .noise = noise};
      options.dose_per_angstrom2 = 3e4;
      const FitResult one = fit(frame, noisy, start, options);
      for (const double scale : {1e-12, 1e-6, 1e6}) {
        SCOPED_TRACE(scale);
        if (noise == NoiseModel::poisson && scale > 1.0) continue;  // below the least dose
        Grid<double> scaled = noisy;
        for (double& value : scaled.values()) value *= scale;
        options.dose_per_angstrom2 = 3e4 / scale;
        if (noise == NoiseModel::poisson && scale < 1e-7) continue;  // above the highest dose
        if (noise == NoiseModel::gaussian) options.dose_per_angstrom2.reset();
        const FitResult other = fit(frame, scaled, start, options);
        EXPECT_EQ(other.termination, Termination::converged);
        EXPECT_EQ(other.warnings.size(), one.warnings.size());
        EXPECT_LT(relative_difference(other.reduced_chi_square, one.reduced_chi_square), 1e-6);
        EXPECT_LT(
            relative_difference(other.background.level_stderr, scale * one.background.level_stderr),
            1e-6);
        for (std::size_t i = 0; i < one.columns.size(); ++i) {
          const Column& a = other.columns[i];
          const Column& b = one.columns[i];
          EXPECT_NEAR(a.x_angstrom, b.x_angstrom, 1e-6);
          EXPECT_NEAR(a.y_angstrom, b.y_angstrom, 1e-6);
          EXPECT_LT(relative_difference(a.width_angstrom, b.width_angstrom), 1e-6);
          EXPECT_LT(relative_difference(a.height, scale * b.height), 1e-6);
          EXPECT_LT(relative_difference(a.scs_angstrom2, scale * b.scs_angstrom2), 1e-6);
          EXPECT_LT(relative_difference(a.x_stderr_angstrom, b.x_stderr_angstrom), 1e-6);
          EXPECT_LT(relative_difference(a.y_stderr_angstrom, b.y_stderr_angstrom), 1e-6);
          EXPECT_LT(relative_difference(a.width_stderr_angstrom, b.width_stderr_angstrom), 1e-6);
          EXPECT_LT(relative_difference(a.height_stderr, scale * b.height_stderr), 1e-6);
          EXPECT_LT(relative_difference(a.scs_stderr_angstrom2, scale * b.scs_stderr_angstrom2),
                    1e-6);
        }
      }
    }
  }
}

// A column a million times weaker than its neighbour, without noise of its own: the matrix alone
// says how well its place is known, a million times less well.
TEST(FitColumns, AWeakColumnsErrorGrowsWithItsWeakness) {
  const std::vector<Column> columns = {make_column(2.0, 2.0, 0.2, 0.6),
                                       make_column(5.5, 5.0, 2e-11, 0.6)};
  const Frame frame = make_lone(columns);
  const std::vector<ColumnBound> bounds =
      cramer_rao_bound(64, 64, 0.12, columns, Background{.level = 0.01}, 1e5, WidthModel::common,
                       BackgroundModel::constant);
  // Both stand on a background much brighter than the weak one, so its weights are uniform:
  // sigma_x = sqrt(2 level / (pi dose)) / height.
  const double expected = std::sqrt(2.0 * 0.01 / (std::numbers::pi * 1e5)) / columns[1].height;
  EXPECT_NEAR(bounds[1].x_angstrom, expected, 0.01 * expected);
}

TEST(FitColumns, FitsImagesOfAnyShape) {
  NoProgress progress;
  FitOptions options{.background = BackgroundModel::none};
  for (const auto& [width, height] : std::vector<std::pair<std::size_t, std::size_t>>{
           {1, 1}, {2, 1}, {1, 40}, {3, 3}, {200, 7}, {33, 65}}) {
    const std::vector<Column> columns = {make_column(0.05 * static_cast<double>(width),
                                                     0.05 * static_cast<double>(height), 0.1, 0.3)};
    const Grid<double> image = evaluate_model(width, height, 0.1, columns, {});
    expect_usable(fit_columns(image, 0.1,
                              std::vector<Position>{{0.05 * static_cast<double>(width - 1),
                                                     0.05 * static_cast<double>(height - 1)}},
                              options, progress));
  }
}

// Counts far from every column where the model says zero: their weight must stay finite, and the
// columns must not move for them. A hundred stray counts in 60 x 60 pixels.
TEST(FitColumns, PoissonWithoutBackgroundSurvivesStrayCounts) {
  const Frame frame = make_lone({make_column(2.5, 2.5, 0.2, 0.6)}, 128);
  constexpr double dose = 1e5;
  Grid<double> noisy = add_poisson_noise(frame, dose, RandomStream(61));
  RandomStream random(62);
  for (int k = 0; k < 100; ++k) {
    noisy(64 + random.below(60), 64 + random.below(60)) += 1.0 / (dose * 0.12 * 0.12);
  }
  FitOptions options{.background = BackgroundModel::none, .noise = NoiseModel::poisson};
  options.dose_per_angstrom2 = dose;
  const FitResult result = fit(frame, noisy, {{2.4, 2.6}}, options);
  expect_usable(result);
  EXPECT_EQ(result.termination, Termination::converged);
  EXPECT_NEAR(result.columns[0].scs_angstrom2, 0.2, 4.0 * result.columns[0].scs_stderr_angstrom2);
  EXPECT_NEAR(result.reduced_chi_square, 1.0, 0.1);
}

TEST(FitColumns, WarnsOfAnImageThatIsNotZeroBetweenColumns) {
  Frame frame = make_lone({make_column(3.0, 3.0, 0.2, 0.4)}, 128);
  for (double& value : frame.image.values()) value += 0.01;
  const Grid<double> noisy = add_poisson_noise(frame, 1e5, RandomStream(71));
  FitOptions options{.background = BackgroundModel::none};
  EXPECT_TRUE(warns(fit(frame, noisy, {{3.0, 3.0}}, options), "background constant"));
  options.background = BackgroundModel::constant;
  EXPECT_FALSE(warns(fit(frame, noisy, {{3.0, 3.0}}, options), "background constant"));
}

TEST(FitColumns, RefusesBadInput) {
  NoProgress progress;
  const Grid<double> image(16, 16, 0.1);
  const auto run = [&](const Grid<double>& at, double pixel, std::vector<Position> start,
                       const FitOptions& options) {
    return fit_columns(at, pixel, start, options, progress);
  };
  EXPECT_THROW((void)run(image, 0.1, {}, {}), InputError);
  EXPECT_THROW((void)run(image, 0.1, {{0.5, 1.6}}, {}), InputError);
  EXPECT_THROW((void)run(image, 0.1, {{-0.2, 0.5}}, {}), InputError);
  EXPECT_THROW((void)run(image, 0.1, {{std::numeric_limits<double>::quiet_NaN(), 0.5}}, {}),
               InputError);
  EXPECT_THROW((void)run(image, 0.0, {{0.5, 0.5}}, {}), InputError);
  EXPECT_THROW((void)run({}, 0.1, {{0.5, 0.5}}, {}), InputError);
  Grid<double> holed = image;
  holed(3, 4) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)run(holed, 0.1, {{0.5, 0.5}}, {}), InputError);
  FitOptions poisson{.noise = NoiseModel::poisson};
  EXPECT_THROW((void)run(image, 0.1, {{0.5, 0.5}}, poisson), InputError);
  poisson.dose_per_angstrom2 = -1.0;
  EXPECT_EQ(poisson.validate().size(), 1U);
}

class Stop final : public Progress {
 public:
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { done_ += steps; }
  [[nodiscard]] bool cancelled() const override { return done_ >= 2; }

 private:
  std::size_t done_ = 0;
};

TEST(FitColumns, StopsWhenAskedTo) {
  const Frame frame = make_frame({.size = 96}, RandomStream(81));
  Stop stop;
  EXPECT_THROW((void)fit_columns(frame.image, frame.pixel_size_angstrom,
                                 start_positions(frame, 0.5, RandomStream(82)), {}, stop),
               Interrupted);
}

TEST(FitColumns, SaysWhenItRanOutOfIterations) {
  const Frame frame = make_frame({.size = 96}, RandomStream(83));
  FitOptions options;
  options.max_iterations = 1;
  const FitResult result =
      fit(frame, frame.image, start_positions(frame, 0.5, RandomStream(84)), options);
  EXPECT_EQ(result.termination, Termination::iteration_limit);
  EXPECT_TRUE(warns(result, "not converged"));
}

}  // namespace
}  // namespace adatom::columns
