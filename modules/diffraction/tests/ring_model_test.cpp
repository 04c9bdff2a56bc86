#include "ring_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "adatom/crystal/phase.h"
#include "adatom/diffraction/baseline.h"

namespace adatom::diffraction {
namespace {

TEST(RingShape, LimitsAndHalfWidths) {
  const auto gauss = ring_shape(0.01 * 0.01, 0.0);
  EXPECT_NEAR(gauss.width, 0.01, 1e-15);
  EXPECT_EQ(gauss.share, 0.0);
  const auto lorentz = ring_shape(1e-12, 0.01);
  EXPECT_NEAR(lorentz.width, 0.01, 1e-5);
  EXPECT_NEAR(lorentz.share, 1.0, 1e-5);
  // The polynomials of Thompson, Cox and Hastings once more; and the half width of a true Voigt
  // (Olivero and Longbothum, J. Quant. Spectrosc. Radiat. Transfer 17 (1977) 233: good to 2e-4),
  // from which they are at most 0.44 % off, at l = 0.45.
  for (const double l : {0.2, 0.45, 1.0, 2.0, 5.0}) {
    const auto shape = ring_shape(1.0, l);
    const double powers = 1.0 + l * (2.69269 + l * (2.42843 + l * (4.47163 + l * (0.07842 + l))));
    EXPECT_NEAR(shape.width, std::pow(powers, 0.2), 1e-12) << l;
    const double q = l / shape.width;
    EXPECT_NEAR(shape.share, q * (1.36603 - q * (0.47719 - 0.11116 * q)), 1e-12) << l;
    const double voigt = 0.5346 * l + std::sqrt(0.2166 * l * l + 1.0);
    EXPECT_NEAR(shape.width / voigt, 1.0, 4.6e-3) << l;
  }
}

TEST(RingShape, SlopesAreThoseOfDifferences) {
  for (const double l : {0.3, 1.0, 3.0}) {
    const double v = 1.7;
    const double h = 1e-6;
    const auto at = ring_shape(v, l);
    const auto right = ring_shape(v + h, l);
    const auto left = ring_shape(v - h, l);
    EXPECT_NEAR(at.width_by_gauss2, (right.width - left.width) / (2 * h), 1e-8);
    EXPECT_NEAR(at.share_by_gauss2, (right.share - left.share) / (2 * h), 1e-8);
    const auto up = ring_shape(v, l + h);
    const auto down = ring_shape(v, l - h);
    EXPECT_NEAR(at.width_by_lorentz, (up.width - down.width) / (2 * h), 1e-8);
    EXPECT_NEAR(at.share_by_lorentz, (up.share - down.share) / (2 * h), 1e-8);
  }
}

TEST(PeakCurve, AreaAndHalfHeight) {
  const Eigen::ArrayXd s = Eigen::ArrayXd::LinSpaced(200001, -100.0, 100.0);
  for (const double share : {0.0, 0.4, 1.0}) {
    const auto peak = peak_curve(s, 0.0, 1.0, share, Slopes::unwanted).value;
    const double beyond = share * 2.0 / 3.14159265358979 * std::atan(1.0 / 200.0);
    EXPECT_NEAR(peak.sum() * 0.001, 1.0 - beyond, 1e-6);
    EXPECT_NEAR(peak[100500] / peak[100000], 0.5, 1e-9);
  }
}

/// All kinds of parameters: two phases, a halo, an unknown ring, microstrain.
RingModel whole_model(RingFitOptions& options) {
  options.halo_d_angstrom = {2.0};
  options.halo_width_per_angstrom = {0.2};
  options.microstrain = WidthModel::common;
  options.background_degree = 3;
  const std::vector<crystal::Phase> phases = {*crystal::find_phase("Cu"),
                                              *crystal::find_phase("Cu2O")};
  return RingModel(list_rings(phases, options, 0.3, 0.9), 2, 1, options, 0.3, 0.002, 301);
}

TEST(RingModel, SlopesAreThoseOfDifferences) {
  RingFitOptions options;
  for (const auto kind : {BackgroundModel::exp_polynomial, BackgroundModel::polynomial}) {
    options.background = kind;
    const auto model = whole_model(options);
    const auto& at = model.parameters();
    Eigen::VectorXd p(at.size());
    for (Eigen::Index i = 0; i < p.size(); ++i) p[i] = 0.3 + 0.1 * std::sin(static_cast<double>(i));
    p[at.instrument2()] = 1.6e-5;
    for (std::size_t i = 0; i < 2; ++i) {
      p[at.scale(i)] = 1.0 + 0.004 * static_cast<double>(i);
      p[at.lorentz(i)] = 0.006 + 0.003 * static_cast<double>(i);
      p[at.strain2(i)] = 1e-5;
    }
    p[at.unknown_s(0)] = 0.61;
    p[at.unknown_lorentz(0)] = 0.007;
    p[at.halo_s(0)] = 0.5;
    p[at.halo_width(0)] = 0.2;
    Eigen::VectorXd curve;
    Eigen::MatrixXd slopes;
    model.evaluate(p, curve, &slopes);
    for (Eigen::Index i = 0; i < p.size(); ++i) {
      const double h = 1e-4 * std::abs(p[i]);
      Eigen::VectorXd q = p;
      Eigen::VectorXd right;
      Eigen::VectorXd left;
      q[i] = p[i] + h;
      model.evaluate(q, right, nullptr);
      q[i] = p[i] - h;
      model.evaluate(q, left, nullptr);
      const Eigen::VectorXd slope = (right - left) / (2.0 * h);
      // Cut off in h^2: a hundredth of a per mille of the largest slope, a hundredth for positions.
      EXPECT_LT((slope - slopes.col(i)).cwiseAbs().maxCoeff(),
                2e-4 * slopes.col(i).cwiseAbs().maxCoeff() + 1e-12)
          << i;
    }
  }
}

TEST(RingList, MergedTailsAndTied) {
  RingFitOptions options;
  const std::vector<crystal::Phase> oxide = {*crystal::find_phase("Cu2O")};
  const auto free = list_rings(oxide, options, 0.3, 1.0);
  ASSERT_EQ(free.rings.size(), 11U);
  EXPECT_EQ(free.rings.back().hkl, "330+411");
  EXPECT_EQ(free.rings.back().multiplicity, 12 + 24);
  EXPECT_EQ(free.coefficients, 11U);
  // 330 and 411, and 331 and 420 at 1.021 and 1.047 as tails of their ring
  EXPECT_EQ(free.lines.size(), 14U);
  EXPECT_EQ(free.lines.back().coefficient, 10U);
  options.areas = RingAreas::structure_factor;
  const auto tied = list_rings(oxide, options, 0.3, 1.0);
  EXPECT_EQ(tied.coefficients, 1U);
  EXPECT_EQ(tied.rings[1].hkl, "111");
  EXPECT_DOUBLE_EQ(tied.rings[1].weight, 1.0);
}

TEST(Baseline, PeaksAreCutOffAConvexBackground) {
  std::vector<double> values;
  std::vector<double> under;
  for (int i = 0; i < 400; ++i) {
    const double x = (i - 200) / 5.0;
    under.push_back(2.0 + 60.0 * std::exp(-i / 100.0));
    values.push_back(under.back() + 30.0 * std::exp(-0.5 * x * x));
  }
  const auto base = snip_baseline(values, 40);
  for (std::size_t i = 0; i < values.size(); ++i) {
    // a chord 80 bins wide at the peak: f'' w^2 / 2 = 60 exp(-2) / 100^2 40^2 / 2
    EXPECT_NEAR(base[i], under[i], 0.75) << i;
    EXPECT_LE(base[i], values[i]);
  }
  EXPECT_DOUBLE_EQ(base[20], under[20]);  // convex, far from the peak: untouched
}

}  // namespace
}  // namespace adatom::diffraction
