// Our optimum against one found by another program: Ceres, automatic derivatives, no truncation.
#include <ceres/ceres.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "adatom/columns/fit.h"
#include "support/fit_frames.h"

namespace adatom::columns {
namespace {

// All parameters in one block: (x, y, height) of each column, the width, the level.
struct Pixels {
  const Grid<double>& image;
  double pixel;
  double counts;  // 0: least squares; else the signed root of twice the half deviance

  template <class T>
  bool operator()(T const* const* parameters, T* residuals) const {
    using std::abs;
    using std::exp;
    using std::log;
    using std::sqrt;
    const T* p = parameters[0];
    const std::size_t columns = (size - 2) / 3;
    for (std::size_t y = 0; y < image.height(); ++y) {
      for (std::size_t x = 0; x < image.width(); ++x) {
        T model = p[size - 1];
        for (std::size_t i = 0; i < columns; ++i) {
          const T dx = pixel * static_cast<double>(x) - p[3 * i];
          const T dy = pixel * static_cast<double>(y) - p[3 * i + 1];
          model += p[3 * i + 2] * exp(-(dx * dx + dy * dy) / (2.0 * p[size - 2] * p[size - 2]));
        }
        T& out = residuals[y * image.width() + x];
        out = T(image(x, y)) - model;
        if (counts == 0.0) continue;
        const double n = counts * image(x, y);
        const T lambda = counts * model;
        const T half = n > 0.0 ? lambda - n - n * log(lambda / n) : lambda;
        // The root has no derivative at 0, where the count is just what is expected.
        out = sqrt(2.0 * abs(half) + 1e-14);
      }
    }
    return true;
  }
  std::size_t size;
};

struct Solution {
  std::vector<double> parameters;
  double cost = 0.0;
};

Solution solve_with_ceres(const Grid<double>& image, double pixel, double counts,
                          const FitResult& start) {
  Solution solution;
  for (const Column& c : start.columns) {
    // A little off, or it would have nothing to do.
    solution.parameters.insert(solution.parameters.end(),
                               {c.x_angstrom + 0.02, c.y_angstrom - 0.02, 1.02 * c.height});
  }
  solution.parameters.push_back(1.02 * start.columns.front().width_angstrom);
  solution.parameters.push_back(start.background.level);
  const std::size_t size = solution.parameters.size();
  auto* cost =
      new ceres::DynamicAutoDiffCostFunction<Pixels, 8>(new Pixels{image, pixel, counts, size});
  cost->AddParameterBlock(static_cast<int>(size));
  cost->SetNumResiduals(static_cast<int>(image.size()));
  ceres::Problem problem;
  problem.AddResidualBlock(cost, nullptr, solution.parameters.data());
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
  options.max_num_iterations = 200;
  options.function_tolerance = 1e-15;
  options.gradient_tolerance = 1e-14;
  options.parameter_tolerance = 1e-12;
  options.logging_type = ceres::SILENT;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  EXPECT_TRUE(summary.IsSolutionUsable());
  solution.cost = summary.final_cost;
  return solution;
}

void compare(NoiseModel noise) {
  constexpr double dose = 2e4;
  const auto frame = testing::make_frame({.size = 64, .background = 0.02}, RandomStream(91));
  const Grid<double> noisy = testing::add_poisson_noise(frame, dose, RandomStream(92));
  FitOptions options{.noise = noise};
  options.dose_per_angstrom2 = dose;
  NoProgress progress;
  const FitResult ours =
      fit_columns(noisy, frame.pixel_size_angstrom,
                  testing::start_positions(frame, 0.3, RandomStream(93)), options, progress);
  ASSERT_EQ(ours.termination, Termination::converged);
  const double counts = noise == NoiseModel::gaussian
                            ? 0.0
                            : dose * frame.pixel_size_angstrom * frame.pixel_size_angstrom;
  const Solution theirs = solve_with_ceres(noisy, frame.pixel_size_angstrom, counts, ours);
  // The cut at 1e-6 of the height moves the optimum by about that; Ceres on roots of deviances
  // (Gauss-Newton of another problem with the same minimum) stops a little early.
  const double within = noise == NoiseModel::gaussian ? 2e-6 : 2e-5;
  for (std::size_t i = 0; i < ours.columns.size(); ++i) {
    EXPECT_NEAR(ours.columns[i].x_angstrom, theirs.parameters[3 * i], within) << i;
    EXPECT_NEAR(ours.columns[i].y_angstrom, theirs.parameters[3 * i + 1], within) << i;
    EXPECT_NEAR(ours.columns[i].height, theirs.parameters[3 * i + 2], within) << i;
  }
  EXPECT_NEAR(ours.columns.front().width_angstrom, theirs.parameters[theirs.parameters.size() - 2],
              within);
  EXPECT_NEAR(ours.background.level, theirs.parameters.back(), within);
  if (noise == NoiseModel::gaussian) {
    EXPECT_NEAR(ours.sum_squared_residuals, 2.0 * theirs.cost, 1e-6 * theirs.cost);
  }
}

TEST(FitColumns, LeastSquaresOptimumIsTheOneCeresFinds) { compare(NoiseModel::gaussian); }

TEST(FitColumns, PoissonOptimumIsTheOneCeresFinds) { compare(NoiseModel::poisson); }

}  // namespace
}  // namespace adatom::columns
