#include "adatom/counting/count.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "simulated.h"

namespace adatom::counting {
namespace {

using testing::gold_library;
using testing::levels_from;
using testing::linear_library;
using testing::Particle;
using testing::share_right;
using testing::simulate;
using testing::Simulated;

CountingResult run(const Simulated& simulated, Method method, const Library& library,
                   CountingOptions options = {}) {
  options.method = method;
  const bool with_library = method == Method::library || method == Method::hybrid;
  NoProgress progress;
  return count_atoms(simulated.scs, simulated.scs_stderr,
                     with_library ? std::optional<Library>(library) : std::nullopt, options,
                     RandomStream(11), progress);
}

std::vector<std::size_t> all_of(const CountingResult& result) {
  std::vector<std::size_t> members(result.counts.size());
  std::iota(members.begin(), members.end(), std::size_t{0});
  return members;
}

Simulated gapped_particle() {
  Particle particle;
  particle.levels = {1, 4, 5, 6, 7, 8, 9};
  particle.columns = 150;
  return simulate(particle, gold_library(), RandomStream(1));
}

// 1e5 electrons per A^2 leave a scatter of 0.06 steps at most: no column may be wrong.
TEST(CountAtoms, EmptyLevelsAreCountedRightByAllThatKnowTheScale) {
  const Simulated simulated = gapped_particle();
  for (const Method method : {Method::equidistant, Method::library, Method::hybrid}) {
    const CountingResult result = run(simulated, method, gold_library());
    EXPECT_EQ(share_right(result, simulated), 1.0) << result.reason;
    EXPECT_TRUE(result.determined) << result.reason;
  }
}

TEST(CountAtoms, FreeMeansDoNotClaimCountsWhenALevelIsEmpty) {
  const CountingResult result = run(gapped_particle(), Method::mixture, gold_library());
  EXPECT_FALSE(result.determined);
  EXPECT_NE(result.reason.find("evenly spaced"), std::string::npos) << result.reason;
}

TEST(CountAtoms, FreeMeansFindFullLevels) {
  Particle particle;
  particle.levels = levels_from(1, 9);
  particle.columns = 250;
  particle.scatter_angstrom2 = 0.002;
  const Simulated simulated = simulate(particle, gold_library(), RandomStream(2));
  CountingOptions options;
  options.scatter = Scatter::measured;
  const CountingResult result = run(simulated, Method::mixture, gold_library(), options);
  EXPECT_TRUE(result.determined) << result.reason;
  EXPECT_EQ(share_right(result, simulated), 1.0);
  ASSERT_EQ(result.components.size(), 9U);
}

// Cross-sections do not grow linearly, so neither zero nor the far side of a wide gap can be found
// by extending a scale; and 1, 3, 5, ... atoms lie on a scale whose first level is half a step up.
TEST(CountAtoms, ScalesAreNotExtendedToWhereNoColumnsAre) {
  const std::vector<std::vector<std::int64_t>> particles = {
      levels_from(3, 9), {1, 2, 6, 7, 8, 9}, {1, 3, 5, 7, 9}};
  for (const auto& library :
       {testing::platinum_library(), gold_library(), linear_library(15, 0.0275)}) {
    for (const auto& levels : particles) {
      for (std::uint64_t seed = 0; seed < 2; ++seed) {
        Particle particle;
        particle.levels = levels;
        particle.columns = 80;
        particle.dose_per_angstrom2 = seed % 2 == 0 ? 2e4 : 4e5;
        const Simulated simulated = simulate(particle, library, RandomStream(40 + seed));
        CountingOptions options;
        options.starts = 0;
        for (const Method method : {Method::equidistant, Method::mixture}) {
          const CountingResult result = run(simulated, method, library, options);
          EXPECT_FALSE(result.determined) << result.reason;
        }
      }
    }
  }
}

// What cannot be told from cross-sections is part of the answer.
TEST(CountAtoms, AnswersWithoutALibraryNameTheirAssumption) {
  Particle particle;
  particle.levels = levels_from(1, 6);
  const Simulated simulated = simulate(particle, linear_library(6, 0.0275), RandomStream(6));
  for (const Method method : {Method::equidistant, Method::mixture}) {
    const CountingResult result = run(simulated, method, {});
    EXPECT_TRUE(result.determined);
    EXPECT_NE(result.reason.find(", if "), std::string::npos) << result.reason;
  }
}

TEST(CountAtoms, ALibraryAtHandUnmasksAThinnestLevelOfSeveralAtoms) {
  // Levels 2, 4, 6, 8, 10 look exactly like 1, 2, 3, 4, 5 atoms of a heavier element.
  Particle particle;
  particle.levels = {2, 4, 6, 8, 10};
  const Library library = linear_library(12, 0.0275);
  const Simulated simulated = simulate(particle, library, RandomStream(3));
  CountingOptions options;
  options.method = Method::mixture;
  NoProgress progress;
  const CountingResult result =
      count_atoms(simulated.scs, {}, library, options, RandomStream(1), progress);
  EXPECT_FALSE(result.determined);
  EXPECT_NE(result.reason.find("library"), std::string::npos) << result.reason;
}

TEST(CountAtoms, HybridFindsTheScaleOfTheLibrary) {
  Particle particle;
  particle.levels = levels_from(1, 12);
  Library shrunk = gold_library();
  for (double& value : shrunk.scs_angstrom2) value /= 1.06;
  const Simulated simulated = simulate(particle, gold_library(), RandomStream(4));
  const CountingResult result = run(simulated, Method::hybrid, shrunk);
  EXPECT_EQ(share_right(result, simulated), 1.0);
  EXPECT_GT(result.library_scale_stderr, 0.0);
  EXPECT_NEAR(result.library_scale, 1.06, 4.0 * result.library_scale_stderr);
  // The plain match is wrong by a level at the thick end, and has to say so.
  EXPECT_FALSE(run(simulated, Method::library, shrunk).determined);
}

TEST(CountAtoms, LibraryTakesTheNearestValue) {
  const Simulated simulated = gapped_particle();
  const Library library = gold_library();
  for (const Scatter scatter : {Scatter::common, Scatter::measured}) {
    CountingOptions options;
    options.scatter = scatter;
    const CountingResult result = run(simulated, Method::library, library, options);
    for (std::size_t i = 0; i < simulated.scs.size(); ++i) {
      std::size_t nearest = 0;
      for (std::size_t g = 0; g < library.scs_angstrom2.size(); ++g) {
        if (std::abs(library.scs_angstrom2[g] - simulated.scs[i]) <
            std::abs(library.scs_angstrom2[nearest] - simulated.scs[i])) {
          nearest = g;
        }
      }
      EXPECT_EQ(result.counts[i].atom_count, static_cast<std::int64_t>(nearest) + 1);
    }
    EXPECT_TRUE(result.selection.empty());
  }
}

TEST(CountAtoms, EmptyPositionsAreZeroOnlyWhereAllowed) {
  Simulated simulated = gapped_particle();
  simulated.scs[0] = 0.001;
  CountingOptions options;
  for (const Method method : {Method::library, Method::hybrid}) {
    options.allow_zero = false;
    EXPECT_EQ(run(simulated, method, gold_library(), options).counts[0].atom_count, 1);
    options.allow_zero = true;
    EXPECT_EQ(run(simulated, method, gold_library(), options).counts[0].atom_count, 0);
  }
}

TEST(CountAtoms, HopelessScatterIsNotDetermined) {
  Particle particle;
  particle.levels = levels_from(1, 12);
  particle.columns = 100;
  particle.scatter_angstrom2 = 0.025;  // nine tenths of a step: erf(.39) = 42 % right
  const Simulated simulated = simulate(particle, gold_library(), RandomStream(5));
  for (const Method method :
       {Method::mixture, Method::equidistant, Method::library, Method::hybrid}) {
    EXPECT_FALSE(run(simulated, method, gold_library()).determined);
  }
}

// 0.36 steps of scatter: 83 % would be right if the scale were known, but levels can't be seen, so
// that a scale 10 % off fits as well.
TEST(CountAtoms, CrossSectionsWithoutLevelsDoNotTellTheScale) {
  Particle particle;
  particle.levels = levels_from(1, 12);
  particle.columns = 100;
  CountingOptions calibrated;
  calibrated.library_scale_prior = 0.01;
  const std::string wanted = "do not gather about whole atoms";
  int visible = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    particle.scatter_angstrom2 = 0.010;
    const Simulated blurred = simulate(particle, gold_library(), RandomStream(60 + seed));
    const CountingResult free = run(blurred, Method::hybrid, gold_library());
    EXPECT_FALSE(free.determined) << free.reason;
    EXPECT_NE(free.reason.find(wanted), std::string::npos) << free.reason;
    const CountingResult known = run(blurred, Method::hybrid, gold_library(), calibrated);
    EXPECT_EQ(known.reason.find(wanted), std::string::npos) << known.reason;
    const bool warned = std::ranges::any_of(
        known.warnings, [&](const auto& w) { return w.find(wanted) != std::string::npos; });
    EXPECT_TRUE(warned);
    particle.scatter_angstrom2 = 0.005;
    const Simulated clear = simulate(particle, gold_library(), RandomStream(60 + seed));
    if (run(clear, Method::hybrid, gold_library()).determined) ++visible;
  }
  EXPECT_EQ(visible, 8);
}

TEST(CountAtoms, AColumnThickerThanTheLibraryIsReported) {
  Library library = gold_library();
  library.scs_angstrom2.resize(6);
  const CountingResult result = run(gapped_particle(), Method::hybrid, library);
  EXPECT_FALSE(result.determined);
  EXPECT_NE(result.reason.find("library"), std::string::npos);
}

TEST(CountAtoms, CriteriaFollowTheirDefinitions) {
  const Simulated simulated = gapped_particle();
  const CountingResult result = run(simulated, Method::mixture, gold_library());
  const double columns = static_cast<double>(simulated.scs.size());
  ASSERT_GT(result.selection.size(), 9U);
  for (const Selection& s : result.selection) {
    const double parameters = 2.0 * static_cast<double>(s.components);
    EXPECT_NEAR(s.bic, -2.0 * s.log_likelihood + parameters * std::log(columns), 1e-9);
    EXPECT_NEAR(s.icl, s.bic + 2.0 * s.entropy, 1e-9);
    EXPECT_NEAR(s.aic, -2.0 * s.log_likelihood + 2.0 * parameters, 1e-9);
    EXPECT_GE(s.entropy, 0.0);
  }
}

TEST(CountAtoms, PosteriorsSumToOne) {
  const Simulated simulated = gapped_particle();
  for (const Method method :
       {Method::mixture, Method::equidistant, Method::library, Method::hybrid}) {
    const CountingResult result = run(simulated, method, gold_library());
    for (const ColumnCount& column : result.counts) {
      ASSERT_EQ(column.posterior.size(), result.components.size());
      const double sum = std::accumulate(column.posterior.begin(), column.posterior.end(), 0.0);
      EXPECT_NEAR(sum, 1.0, 1e-12);
    }
  }
}

TEST(CountAtoms, ThreadsDoNotChangeTheResult) {
  const Simulated simulated = gapped_particle();
  for (const Method method : {Method::mixture, Method::equidistant, Method::hybrid}) {
    std::vector<CountingResult> results;
    for (const std::size_t threads : {1U, 2U}) {
      const ThreadLimit limit(threads);
      results.push_back(run(simulated, method, gold_library()));
    }
    EXPECT_EQ(results[0].reason, results[1].reason);
    ASSERT_EQ(results[0].selection.size(), results[1].selection.size());
    for (std::size_t k = 0; k < results[0].selection.size(); ++k) {
      EXPECT_EQ(results[0].selection[k].icl, results[1].selection[k].icl);
    }
    for (std::size_t i = 0; i < simulated.scs.size(); ++i) {
      EXPECT_EQ(results[0].counts[i].posterior, results[1].counts[i].posterior);
    }
  }
}

TEST(CountAtoms, BadInputIsRefused) {
  NoProgress progress;
  const std::vector<double> good = {0.02, 0.05, 0.08, 0.11};
  const auto count = [&](std::vector<double> scs, std::vector<double> scs_stderr,
                         std::optional<Library> library, CountingOptions options) {
    (void)count_atoms(scs, scs_stderr, library, options, RandomStream(1), progress);
  };
  const Library library = gold_library();
  EXPECT_NO_THROW(count(good, {}, library, {}));
  EXPECT_THROW(count({}, {}, library, {}), InputError);
  EXPECT_THROW(count({0.1, 0.2}, {}, library, {}), InputError);
  EXPECT_THROW(count({0.1, 0.1, 0.1, 0.1}, {}, library, {}), InputError);
  EXPECT_THROW(count({-0.1, -0.2, -0.3}, {}, library, {}), InputError);
  EXPECT_THROW(count({0.1, 0.2, std::nan("")}, {}, library, {}), InputError);
  EXPECT_THROW(count({0.1, 0.2, INFINITY}, {}, library, {}), InputError);
  EXPECT_THROW(count(good, {0.1}, library, {}), InputError);
  EXPECT_THROW(count(good, {}, std::nullopt, {}), InputError);
  EXPECT_THROW(count(good, {}, Library{}, {}), InputError);
  EXPECT_THROW(count(good, {}, Library{{0.1, 0.1}}, {}), InputError);
  EXPECT_THROW(count(good, {}, Library{{0.1, std::nan("")}}, {}), InputError);
  CountingOptions measured;
  measured.scatter = Scatter::measured;
  EXPECT_THROW(count(good, {}, library, measured), InputError);
  EXPECT_THROW(count(good, {0.1, 0.1, std::nan(""), 0.1}, library, measured), InputError);
  measured.dose_per_angstrom2 = 1e5;
  EXPECT_EQ(measured.validate().size(), 1U);
  CountingOptions zero;
  zero.method = Method::mixture;
  zero.allow_zero = true;
  EXPECT_EQ(zero.validate().size(), 1U);
}

TEST(CountAtoms, TinyAndOddInputsDoNotFail) {
  NoProgress progress;
  for (const std::vector<double>& scs :
       {std::vector<double>{0.02, 0.05, 0.08}, std::vector<double>{1e-9, 2e-9, 3e-9, 7e-9},
        std::vector<double>{-0.01, 0.0, 0.02, 0.02, 0.02, 0.5},
        std::vector<double>{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2}}) {
    for (const Method method :
         {Method::mixture, Method::equidistant, Method::library, Method::hybrid}) {
      CountingOptions options;
      options.method = method;
      const CountingResult result =
          count_atoms(scs, {}, gold_library(), options, RandomStream(1), progress);
      EXPECT_EQ(result.counts.size(), scs.size());
      EXPECT_FALSE(result.reason.empty());
    }
  }
}

// Two columns, each 1 or 2 atoms with even chance: 2, 3, 4 atoms with chances 1/4, 1/2, 1/4.
TEST(TotalAtoms, IsTheSumOfIndependentColumns) {
  CountingResult result;
  result.components = {{1, 0.0, 0.0, 0.0}, {2, 0.0, 0.0, 0.0}};
  result.counts.resize(3);
  for (auto& column : result.counts) column = {1, 0.5, {0.5, 0.5}, 0.0};
  result.counts[2] = {2, 1.0, {0.0, 1.0}, 0.0};
  const std::vector<std::size_t> two = {0, 1};
  const Total total = total_atoms(result, two);
  EXPECT_EQ(total.atoms, 2);
  EXPECT_DOUBLE_EQ(total.mean, 3.0);
  EXPECT_DOUBLE_EQ(total.stderr_atoms, std::sqrt(0.5));
  EXPECT_EQ(total.low, 2);
  EXPECT_EQ(total.high, 4);
  const std::vector<std::size_t> certain = {2};
  EXPECT_EQ(total_atoms(result, certain).low, 2);
  EXPECT_EQ(total_atoms(result, certain).high, 2);
  const std::vector<std::size_t> unknown = {3};
  EXPECT_THROW((void)total_atoms(result, unknown), InputError);
}

TEST(TotalAtoms, CarriesTheErrorOfTheScale) {
  CountingResult result;
  result.components = {{10, 0.0, 0.0, 1.0}};
  result.counts.assign(100, {10, 1.0, {1.0}, 0.05});
  const Total total = total_atoms(result, all_of(result));
  EXPECT_EQ(total.atoms, 1000);
  EXPECT_NEAR(total.stderr_atoms, 5.0, 1e-9);
  // 1.96 x 5 = 9.8, on integers 10.
  EXPECT_EQ(total.low, 990);
  EXPECT_EQ(total.high, 1010);
}

TEST(Count, UncertainLibraryIsSaid) {
  Particle particle;
  particle.levels = {1, 2, 3, 4};
  Library library = gold_library();
  const Simulated simulated = simulate(particle, library, RandomStream(3));
  const auto warns = [&](const CountingResult& result) {
    for (const auto& warning : result.warnings) {
      if (warning.find("standard errors reach 2 % of the cross-section (at 3 atoms)") !=
          std::string::npos) {
        return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(warns(run(simulated, Method::library, library)));
  // One batch of configurations gives no standard error: NaN.
  for (const double value : library.scs_angstrom2) {
    library.stderr_angstrom2.push_back(0.009 * value);
  }
  library.stderr_angstrom2.back() = std::nan("");
  EXPECT_FALSE(warns(run(simulated, Method::library, library)));
  library.stderr_angstrom2[2] = 0.02 * library.scs_angstrom2[2];
  EXPECT_TRUE(warns(run(simulated, Method::library, library)));
  EXPECT_TRUE(warns(run(simulated, Method::hybrid, library)));
}

}  // namespace
}  // namespace adatom::counting
