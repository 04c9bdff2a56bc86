// The minimisers on functions whose minima are known.
#include "adatom/energetics/minimise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/random.h"
#include "adatom/crystal/nanoparticle.h"
#include "adatom/energetics/energies.h"
#include "support/lennard_jones_cluster.h"

namespace adatom::energetics {
namespace {

using testing::LennardJonesCluster;

/// Atoms on springs of their own; with `coupling` each is also tied to the next one.
class TiedSprings final : public EnergyFunction {
 public:
  TiedSprings(std::vector<Eigen::Vector3d> homes, Eigen::Vector3d stiffness, double coupling)
      : homes_(std::move(homes)), stiffness_(std::move(stiffness)), coupling_(coupling) {}
  [[nodiscard]] std::size_t size() const override { return homes_.size(); }
  double evaluate(std::span<const Eigen::Vector3d> x, std::span<Eigen::Vector3d> forces) override {
    double energy = -10.0;
    for (std::size_t i = 0; i < homes_.size(); ++i) {
      const Eigen::Vector3d d = x[i] - homes_[i];
      forces[i] = -stiffness_.cwiseProduct(d);
      energy -= 0.5 * forces[i].dot(d);
    }
    for (std::size_t i = 1; i < homes_.size(); ++i) {
      const Eigen::Vector3d d = (x[i] - homes_[i]) - (x[i - 1] - homes_[i - 1]);
      energy += 0.5 * coupling_ * d.squaredNorm();
      forces[i] -= coupling_ * d;
      forces[i - 1] += coupling_ * d;
    }
    ++calls;
    return energy;
  }
  std::int64_t calls = 0;

 private:
  std::vector<Eigen::Vector3d> homes_;
  Eigen::Vector3d stiffness_;
  double coupling_;
};

std::vector<Eigen::Vector3d> line_of_atoms(std::size_t count) {
  std::vector<Eigen::Vector3d> homes;
  for (std::size_t i = 0; i < count; ++i)
    homes.emplace_back(2.5 * static_cast<double>(i), 1.0, -1.0);
  return homes;
}

std::vector<Eigen::Vector3d> moved(std::vector<Eigen::Vector3d> positions, double by) {
  RandomStream random(5);
  for (auto& x : positions) {
    for (Eigen::Index k = 0; k < 3; ++k) x[k] += by * (2.0 * random.uniform() - 1.0);
  }
  return positions;
}

double farthest(const std::vector<Eigen::Vector3d>& a, const std::vector<Eigen::Vector3d>& b) {
  double distance = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) distance = std::max(distance, (a[i] - b[i]).norm());
  return distance;
}

MinimiseResult run(EnergyFunction& function, std::vector<Eigen::Vector3d>& positions,
                   const MinimiseOptions& options) {
  NoProgress progress;
  return minimise(function, positions, {}, options, progress);
}

MinimiseOptions tight(MinimiseMethod method) {
  auto options = MinimiseOptions::tight();
  options.method = method;
  return options;
}

class Minimisers : public ::testing::TestWithParam<MinimiseMethod> {};

// The homes are the minimum. A force of at most 1e-6 eV/angstrom on springs of at least 1
// eV/angstrom^2 leaves at most 1e-6 angstrom.
TEST_P(Minimisers, BringAtomsHome) {
  const auto homes = line_of_atoms(20);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 2.0);
  auto x = moved(homes, 0.7);
  const auto result = run(springs, x, tight(GetParam()));
  EXPECT_EQ(result.reason, StopReason::force_tolerance);
  EXPECT_TRUE(converged(result.reason));
  EXPECT_LT(farthest(x, homes), 1e-6);
  EXPECT_NEAR(result.final_ev, -10.0, 1e-11);
  EXPECT_GT(result.initial_ev, -10.0 + 1.0);
  EXPECT_LT(result.final_largest_force_ev_per_angstrom, 1e-6);
  EXPECT_EQ(springs.calls, result.evaluations + 1);
}

// Lennard-Jones clusters: energies of the global minima in the Cambridge Cluster Database (Wales
// and Doye, J. Phys. Chem. A 101 (1997) 5111), six decimals.
TEST_P(Minimisers, FindPublishedClusters) {
  const auto crystal = crystal::FccCrystal{"Au", std::sqrt(2.0) * 1.1};
  auto x = moved(positions_of(crystal::build_truncated_octahedron(crystal, 4, 1)), 0.05);
  LennardJonesCluster cluster(x.size(), 1.0, 1.0);
  auto options = tight(GetParam());
  options.max_move_angstrom = 0.05;
  const auto result = run(cluster, x, options);
  EXPECT_EQ(result.reason, StopReason::force_tolerance);
  EXPECT_NEAR(result.final_ev, -173.928427, 1e-6);
}

// What the rule says of the last two energies is so, and was not so one step earlier.
TEST_P(Minimisers, StopByEnergyWhereTheRuleSays) {
  const auto homes = line_of_atoms(20);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 2.0);
  MinimiseOptions options;
  options.method = GetParam();
  options.energy_tolerance = 1e-5;
  auto x = moved(homes, 0.3);
  const auto result = run(springs, x, options);
  ASSERT_EQ(result.reason, StopReason::energy_tolerance);
  const auto energy_after = [&](std::int64_t iterations) {
    auto limited = options;
    limited.energy_tolerance = 0.0;
    limited.max_iterations = iterations;
    auto y = moved(homes, 0.3);
    const auto shorter = run(springs, y, limited);
    EXPECT_EQ(shorter.reason, StopReason::max_iterations);
    return shorter.final_ev;
  };
  const auto change = [&](std::int64_t n) {
    const double a = energy_after(n - 1);
    const double b = energy_after(n);
    return std::abs(a - b) / (0.5 * (std::abs(a) + std::abs(b) + 1e-8));
  };
  EXPECT_EQ(energy_after(result.iterations), result.final_ev);
  EXPECT_LT(change(result.iterations), 1e-5);
  if (GetParam() == MinimiseMethod::conjugate_gradient) {
    EXPECT_GE(change(result.iterations - 1), 1e-5);
  }
}

TEST_P(Minimisers, StopByForceInEachNorm) {
  const auto homes = line_of_atoms(10);
  for (const auto norm : {ForceNorm::two, ForceNorm::max, ForceNorm::inf}) {
    TiedSprings springs(homes, {2.0, 3.0, 10.0}, 2.0);
    auto options = tight(GetParam());
    options.force_norm = norm;
    options.force_tolerance_ev_per_angstrom = 1e-3;
    const auto measure = [&](const std::vector<Eigen::Vector3d>& x) {
      std::vector<Eigen::Vector3d> forces(x.size());
      springs.evaluate(x, forces);
      double two = 0.0;
      double max = 0.0;
      double inf = 0.0;
      for (const auto& f : forces) {
        two += f.squaredNorm();
        max = std::max(max, f.norm());
        inf = std::max(inf, f.cwiseAbs().maxCoeff());
      }
      return norm == ForceNorm::two ? std::sqrt(two) : norm == ForceNorm::max ? max : inf;
    };
    auto x = moved(homes, 0.3);
    const auto result = run(springs, x, options);
    EXPECT_EQ(result.reason, StopReason::force_tolerance);
    EXPECT_LT(measure(x), 1e-3);
    options.max_iterations = result.iterations - 1;
    auto y = moved(homes, 0.3);
    EXPECT_EQ(run(springs, y, options).reason, StopReason::max_iterations);
    EXPECT_GE(measure(y), 1e-3);
  }
}

TEST_P(Minimisers, KeepToTheLimits) {
  const auto homes = line_of_atoms(10);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 2.0);
  auto options = tight(GetParam());
  options.max_evaluations = 5;
  auto x = moved(homes, 0.5);
  const auto result = run(springs, x, options);
  EXPECT_EQ(result.reason, StopReason::max_evaluations);
  EXPECT_GE(result.evaluations, 5);
  EXPECT_LE(result.evaluations, 8);  // looked at after each step

  // No coordinate moves farther in a step than allowed.
  options = tight(GetParam());
  options.max_iterations = 1;
  options.max_move_angstrom = 0.01;
  auto y = moved(homes, 0.5);
  const auto before = y;
  EXPECT_EQ(run(springs, y, options).reason, StopReason::max_iterations);
  double largest = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    largest = std::max(largest, (y[i] - before[i]).cwiseAbs().maxCoeff());
  }
  EXPECT_GT(largest, 0.0);
  EXPECT_LE(largest, 0.01 * (1.0 + 1e-9));  // the difference of two positions is rounded
}

TEST_P(Minimisers, StayAtAMinimum) {
  const auto homes = line_of_atoms(5);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 0.0);
  auto x = homes;
  const auto result = run(springs, x, tight(GetParam()));
  EXPECT_EQ(result.reason, StopReason::zero_force);
  EXPECT_TRUE(converged(result.reason));
  EXPECT_EQ(result.evaluations, 0);
  EXPECT_EQ(x, homes);
}

class CancelAfter final : public Progress {
 public:
  explicit CancelAfter(std::size_t steps) : left_(steps) {}
  void begin(std::string_view, std::size_t) override {}
  void advance(std::size_t steps) override { left_ -= steps; }
  [[nodiscard]] bool cancelled() const override { return left_ == 0; }

 private:
  std::size_t left_;
};

TEST_P(Minimisers, StopWhenAsked) {
  const auto homes = line_of_atoms(10);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 2.0);
  auto x = moved(homes, 0.5);
  CancelAfter progress(3);
  const auto result = minimise(springs, x, {}, tight(GetParam()), progress);
  EXPECT_EQ(result.reason, StopReason::cancelled);
  EXPECT_EQ(result.iterations, 3);
  EXPECT_FALSE(converged(result.reason));
  auto options = tight(GetParam());
  options.max_iterations = 3;
  auto y = moved(homes, 0.5);
  EXPECT_EQ(run(springs, y, options).final_ev, result.final_ev);
  EXPECT_EQ(x, y);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Minimisers, ::testing::Values(MinimiseMethod::conjugate_gradient, MinimiseMethod::fire),
    [](const auto& param) { return param.param == MinimiseMethod::fire ? "Fire" : "Cg"; });

/// Forces that point uphill: no step along them lowers the energy.
class Wrong final : public EnergyFunction {
 public:
  explicit Wrong(TiedSprings& springs) : springs_(springs) {}
  [[nodiscard]] std::size_t size() const override { return springs_.size(); }
  double evaluate(std::span<const Eigen::Vector3d> x, std::span<Eigen::Vector3d> forces) override {
    const double energy = springs_.evaluate(x, forces);
    for (auto& force : forces) force = -force;
    return energy;
  }

 private:
  TiedSprings& springs_;
};

TEST(Minimise, ForcesThatAreNoGradientEndTheLineSearchWhereItBegan) {
  const auto homes = line_of_atoms(10);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 2.0);
  Wrong wrong(springs);
  const auto start = moved(homes, 0.5);
  auto x = start;
  const auto result = run(wrong, x, MinimiseOptions{});
  EXPECT_EQ(result.reason, StopReason::line_search_alpha);
  EXPECT_FALSE(converged(result.reason));
  EXPECT_EQ(x, start);
  EXPECT_EQ(result.final_ev, result.initial_ev);
  // It began with a step of 0.1 angstrom, or of the forces times 1 angstrom^2/eV, and halved it
  // until the decrease that would do, 0.4 of that by the slope, was below 1e-8 eV; then it went
  // back.
  std::vector<Eigen::Vector3d> forces(x.size());
  wrong.evaluate(start, forces);
  double slope = 0.0;
  double largest = 0.0;
  for (const auto& force : forces) {
    slope += force.squaredNorm();
    largest = std::max(largest, force.cwiseAbs().maxCoeff());
  }
  std::int64_t steps = 1;
  for (double alpha = std::min(1.0, 0.1 / largest); 0.4 * alpha * slope > 1e-8; alpha *= 0.5) {
    ++steps;
  }
  EXPECT_EQ(result.evaluations, steps + 1);
  EXPECT_EQ(result.iterations, 1);
}

// A turn is behind the first step, which starts from rest; twenty steps later FIRE looks at the
// energy.
TEST(Minimise, FireLooksAtTheEnergyOnceItRuns) {
  const auto homes = line_of_atoms(10);
  TiedSprings springs(homes, {1.0, 3.0, 10.0}, 2.0);
  auto x = moved(homes, 0.3);
  MinimiseOptions options;
  options.method = MinimiseMethod::fire;
  options.energy_tolerance = 1.0;
  options.fire.timestep_fs = 0.1;
  const auto result = run(springs, x, options);
  EXPECT_EQ(result.reason, StopReason::energy_tolerance);
  EXPECT_EQ(result.iterations, 22);
  options.method = MinimiseMethod::conjugate_gradient;
  auto y = moved(homes, 0.3);
  EXPECT_EQ(run(springs, y, options).iterations, 1);
}

// The first step starts from rest: atoms under the same force move as 1 / mass. What is left is the
// rounding of positions.
TEST(Minimise, MassesSlowFireDown) {
  const auto homes = line_of_atoms(2);
  TiedSprings springs(homes, {1.0, 1.0, 1.0}, 0.0);
  auto x = homes;
  for (auto& position : x) position[0] += 0.5;
  auto options = tight(MinimiseMethod::fire);
  options.max_iterations = 1;
  NoProgress progress;
  const std::vector<double> masses = {10.0, 40.0};
  (void)minimise(springs, x, masses, options, progress);
  const double light = homes[0][0] + 0.5 - x[0][0];
  const double heavy = homes[1][0] + 0.5 - x[1][0];
  EXPECT_GT(light, 0.0);
  EXPECT_NEAR(light / heavy, 4.0, 1e-6);
}

TEST(Minimise, SaysAllThatIsWrongWithItsOptions) {
  MinimiseOptions options;
  options.energy_tolerance = -1.0;
  options.max_move_angstrom = std::nan("");
  options.fire.dtgrow = 0.5;
  const auto issues = options.validate();
  ASSERT_EQ(issues.size(), 3U);
  EXPECT_EQ(issues[2].name, "fire.dtgrow");
  const auto homes = line_of_atoms(2);
  TiedSprings springs(homes, {1.0, 1.0, 1.0}, 0.0);
  auto x = homes;
  EXPECT_THROW((void)run(springs, x, options), InputError);
}

}  // namespace
}  // namespace adatom::energetics
