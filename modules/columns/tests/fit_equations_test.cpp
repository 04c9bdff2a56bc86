// The normal equations against finite differences and dense algebra.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "adatom/base/random.h"
#include "likelihood.h"
#include "minimize.h"
#include "normal_matrix.h"
#include "render.h"
#include "selected_inverse.h"

namespace adatom::columns {
namespace {

using Eigen::Index;

// Five columns, two of them close, one at the border, on a sloping background.
Scene make_scene() {
  Scene scene{.width = 41, .height = 37, .columns = {}};
  scene.columns = {{9.3, 8.1, 0.8, 2.6},
                   {15.2, 9.4, 0.5, 2.9},
                   {24.0, 20.7, 1.0, 2.2},
                   {0.4, 30.2, 0.7, 2.5},
                   {33.8, 28.1, 0.9, 3.1}};
  scene.level = 0.2;
  scene.slope_x = 1e-3;
  scene.slope_y = -2e-3;
  return scene;
}

void share_width(Scene& scene) {
  for (PixelColumn& c : scene.columns) c.width = 2.7;
}

// The parameter of one row of the equations: columns first, then the border.
void shift_parameter(Scene& scene, const Layout& layout, std::size_t row, double change) {
  const std::size_t own = scene.columns.size() * layout.block;
  if (row < own) {
    PixelColumn& c = scene.columns[row / layout.block];
    double* const parts[] = {&c.height, &c.x, &c.y, &c.width};
    *parts[row % layout.block] += change;
    return;
  }
  std::size_t k = row - own;
  if (layout.common_width == 1) {
    if (k == 0) {
      for (PixelColumn& c : scene.columns) c.width += change;
      return;
    }
    --k;
  }
  double* const parts[] = {&scene.level, &scene.slope_x, &scene.slope_y};
  *parts[k] += change;
}

// All that belongs to one set of parameters, on supports that stay.
struct Point {
  std::vector<Stamp> stamps;
  Raster model;
  Raster slope;
  Raster weight;
  Raster pull;
  double objective = 0.0;

  Point(const Scene& scene, const std::vector<Support>& supports, const Raster& image,
        const Likelihood& likelihood)
      : model(scene.width, scene.height),
        slope(scene.width, scene.height),
        weight(scene.width, scene.height),
        pull(scene.width, scene.height) {
    fill_stamps(scene, supports, stamps);
    render_model(scene, stamps, model);
    render_width_slope(scene, stamps, slope);
    objective = evaluate_objective(image, model, likelihood);
    weigh_pixels(image, model, likelihood, Curvature::observed, weight, pull);
  }
};

Eigen::VectorXd join(const Gradient& gradient) {
  Eigen::VectorXd all(gradient.columns.size() + gradient.border.size());
  all << gradient.columns, gradient.border;
  return all;
}

Eigen::MatrixXd to_dense(const NormalMatrix& matrix, const BlockPattern& pattern) {
  const auto block = static_cast<Index>(matrix.layout.block);
  const Index own = static_cast<Index>(pattern.columns) * block;
  const auto border = static_cast<Index>(matrix.layout.border());
  using Block = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(own + border, own + border);
  const auto entry = [&](const std::vector<double>& values, std::size_t k) {
    return Eigen::Map<const Block>(values.data() + k * matrix.layout.block * matrix.layout.block,
                                   block, block);
  };
  for (std::size_t i = 0; i < pattern.columns; ++i) {
    const Index row = static_cast<Index>(i) * block;
    dense.block(row, row, block, block) = entry(matrix.diagonal, i);
    for (std::size_t p = pattern.upper_begin[i]; p < pattern.upper_begin[i + 1]; ++p) {
      const Index column = static_cast<Index>(pattern.upper_column[p]) * block;
      dense.block(row, column, block, block) = entry(matrix.upper, p);
      dense.block(column, row, block, block) = entry(matrix.upper, p).transpose();
    }
  }
  dense.topRightCorner(own, border) = matrix.border;
  dense.bottomLeftCorner(border, own) = matrix.border.transpose();
  dense.bottomRightCorner(border, border) = matrix.corner;
  return dense;
}

struct Case {
  NoiseModel noise;
  WidthModel width;
  BackgroundModel background;
};

class Equations : public ::testing::TestWithParam<Case> {
 protected:
  Equations()
      : layout_(full_layout(GetParam().width, GetParam().background)), scene_(make_scene()) {
    if (GetParam().width == WidthModel::common) share_width(scene_);
    likelihood_ = {.noise = GetParam().noise, .counts_per_unit = 500.0, .floor = 1e-6};
    refresh_supports(scene_, supports_);
    pattern_ = find_pairs(scene_, supports_, 100.0);
    // An image with noise and misfit: the pull must not vanish, or its part is not tested.
    Scene other = scene_;
    for (PixelColumn& c : other.columns) c.x += 0.2;
    image_ = draw_model(other);
    RandomStream random(5);
    for (std::size_t y = 0; y < image_.height(); ++y) {
      for (std::size_t x = 0; x < image_.width(); ++x) {
        image_.row(y)[x] = static_cast<double>(random.poisson(500.0 * image_.row(y)[x])) / 500.0;
      }
    }
  }

  Layout layout_;
  Scene scene_;
  Likelihood likelihood_;
  std::vector<Support> supports_;
  BlockPattern pattern_;
  Raster image_;
};

// Central differences with step h err by h^2/6 of the third derivative and by the rounding of the
// objective over h; at h = 1e-6 both are below 1e-6 of the largest entries.
TEST_P(Equations, GradientIsMinusTheSlopeOfTheObjective) {
  const Point at(scene_, supports_, image_, likelihood_);
  const Linearization here{scene_, at.stamps, pattern_, &at.weight, &at.slope};
  const Eigen::VectorXd gradient = join(assemble_gradient(here, layout_, at.pull));
  for (Index k = 0; k < gradient.size(); ++k) {
    constexpr double h = 1e-6;
    Scene above = scene_;
    Scene below = scene_;
    shift_parameter(above, layout_, static_cast<std::size_t>(k), h);
    shift_parameter(below, layout_, static_cast<std::size_t>(k), -h);
    const double slope = (Point(above, supports_, image_, likelihood_).objective -
                          Point(below, supports_, image_, likelihood_).objective) /
                         (2.0 * h);
    EXPECT_NEAR(gradient(k), -slope, 1e-5 * (1.0 + gradient.cwiseAbs().maxCoeff())) << k;
  }
}

TEST_P(Equations, MatrixIsTheSecondDerivativeOfTheObjective) {
  const Point at(scene_, supports_, image_, likelihood_);
  const Linearization here{scene_, at.stamps, pattern_, &at.weight, &at.slope};
  NormalMatrix matrix = assemble_matrix(here, layout_);
  add_curvature(here, at.pull, matrix);
  const Eigen::MatrixXd dense = to_dense(matrix, pattern_);
  for (Index k = 0; k < dense.cols(); ++k) {
    constexpr double h = 1e-5;
    Eigen::VectorXd sides[2];
    for (int side = 0; side < 2; ++side) {
      Scene moved = scene_;
      shift_parameter(moved, layout_, static_cast<std::size_t>(k), side == 0 ? h : -h);
      const Point there(moved, supports_, image_, likelihood_);
      const Linearization at_there{moved, there.stamps, pattern_, &there.weight, &there.slope};
      sides[side] = join(assemble_gradient(at_there, layout_, there.pull));
    }
    const Eigen::VectorXd difference = -(sides[0] - sides[1]) / (2.0 * h);
    for (Index r = 0; r < dense.rows(); ++r) {
      EXPECT_NEAR(dense(r, k), difference(r), 1e-6 * std::sqrt(dense(k, k) * dense(r, r)))
          << r << ", " << k;
    }
  }
}

TEST_P(Equations, UniformWeightsMatchTheSeparableShortCut) {
  const Point at(scene_, supports_, image_, likelihood_);
  Raster ones(scene_.width, scene_.height);
  for (std::size_t y = 0; y < scene_.height; ++y) {
    std::fill_n(ones.row(y), scene_.width, 1.0);
  }
  const Linearization weighted{scene_, at.stamps, pattern_, &ones, &at.slope};
  const Linearization plain{scene_, at.stamps, pattern_, nullptr, &at.slope};
  const Eigen::MatrixXd a = to_dense(assemble_matrix(weighted, layout_), pattern_);
  const Eigen::MatrixXd b = to_dense(assemble_matrix(plain, layout_), pattern_);
  EXPECT_LT((a - b).cwiseAbs().maxCoeff(), 1e-12 * b.cwiseAbs().maxCoeff());  // rounding only
}

TEST_P(Equations, SelectedInverseIsTheInverse) {
  const Point at(scene_, supports_, image_, likelihood_);
  const Linearization here{scene_, at.stamps, pattern_, &at.weight, &at.slope};
  const NormalMatrix matrix = assemble_matrix(here, layout_);
  const Eigen::MatrixXd inverse = to_dense(matrix, pattern_).inverse();
  const Covariance covariance =
      invert_selected(matrix, pattern_, dissect(pattern_, scene_.columns));
  const auto block = static_cast<Index>(layout_.block);
  for (std::size_t i = 0; i < pattern_.columns; ++i) {
    const Index row = static_cast<Index>(i) * block;
    for (Index a = 0; a < block; ++a) {
      for (Index b = 0; b < block; ++b) {
        const double scale = std::sqrt(inverse(row + a, row + a) * inverse(row + b, row + b));
        // The ridge of 1e-11 times the condition number of some thousands.
        EXPECT_NEAR(covariance.columns[i](a, b), inverse(row + a, row + b), 1e-6 * scale);
      }
    }
    if (layout_.common_width == 0) continue;
    const Index shared = static_cast<Index>(pattern_.columns) * block;
    const double scale = std::sqrt(inverse(row, row) * inverse(shared, shared));
    EXPECT_NEAR(covariance.columns[i](0, 3), inverse(row, shared), 1e-6 * scale);
    EXPECT_NEAR(covariance.columns[i](3, 3), inverse(shared, shared),
                1e-6 * inverse(shared, shared));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, Equations,
    ::testing::Values(Case{NoiseModel::gaussian, WidthModel::common, BackgroundModel::plane},
                      Case{NoiseModel::gaussian, WidthModel::individual, BackgroundModel::none},
                      Case{NoiseModel::poisson, WidthModel::common, BackgroundModel::constant},
                      Case{NoiseModel::poisson, WidthModel::individual, BackgroundModel::plane}));

// Enough columns that the tree has several levels (the cases above are one leaf).
TEST(SelectedInverse, LatticeOfManyColumnsMatchesDenseAlgebra) {
  Scene scene{.width = 160, .height = 150, .columns = {}};
  RandomStream random(3);
  for (int v = 0; v < 11; ++v) {
    for (int u = 0; u < 12; ++u) {
      scene.columns.push_back({8.0 + 13.0 * u + random.normal(), 8.0 + 13.0 * v + random.normal(),
                               0.3 + random.uniform(), 3.5});
    }
  }
  const Layout layout = full_layout(WidthModel::common, BackgroundModel::constant);
  std::vector<Support> supports;
  std::vector<Stamp> stamps;
  refresh_supports(scene, supports);
  fill_stamps(scene, supports, stamps);
  const BlockPattern pattern = find_pairs(scene, supports, coupling_reach(NoiseModel::gaussian));
  Raster slope(scene.width, scene.height);
  render_width_slope(scene, stamps, slope);
  const Linearization at{scene, stamps, pattern, nullptr, &slope};
  const NormalMatrix matrix = assemble_matrix(at, layout);
  const EliminationTree tree = dissect(pattern, scene.columns);
  ASSERT_GT(tree.depths, 3U);
  const Covariance covariance = invert_selected(matrix, pattern, tree);
  const Eigen::MatrixXd inverse = to_dense(matrix, pattern).inverse();
  for (std::size_t i = 0; i < scene.columns.size(); ++i) {
    for (Index a = 0; a < 3; ++a) {
      const Index row = static_cast<Index>(3 * i) + a;
      EXPECT_NEAR(covariance.columns[i](a, a), inverse(row, row), 1e-7 * inverse(row, row));
    }
  }
  // The couplings beyond the reach are below 1e-3; their square, some pairs each, is left out.
  const BlockPattern full = find_pairs(scene, supports, 100.0);
  EXPECT_GT(full.pairs(), pattern.pairs());
  const Linearization at_full{scene, stamps, full, nullptr, &slope};
  const Eigen::MatrixXd exact = to_dense(assemble_matrix(at_full, layout), full).inverse();
  EXPECT_LT(((inverse - exact).diagonal().array() / exact.diagonal().array()).abs().maxCoeff(),
            1e-5);
}

}  // namespace
}  // namespace adatom::columns
