#include "adatom/migration/comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "adatom/base/error.h"

namespace adatom::migration {
namespace {

const RandomStream random_stream(5);

std::vector<Estimate> with_error(std::initializer_list<double> values, double standard_error) {
  std::vector<Estimate> all;
  for (const double value : values) all.push_back({value, standard_error});
  return all;
}

Comparison compared(const std::vector<Estimate>& predicted, const std::vector<Estimate>& measured) {
  return compare(predicted, measured, ComparisonOptions{}, random_stream);
}

// A line through the origin: sum pm / sum pp, error sigma / sqrt(sum pp).
TEST(Comparison, Scale) {
  const auto predicted = with_error({1, 2, 3, 4, 5}, 0.0);
  const Comparison result = compared(predicted, with_error({0.22, 0.38, 0.61, 0.83, 0.96}, 0.02));
  EXPECT_NEAR(result.scale.value, (0.22 + 0.76 + 1.83 + 3.32 + 4.8) / 55.0, 1e-12);
  EXPECT_NEAR(result.scale.standard_error, 0.02 / std::sqrt(55.0), 1e-12);
  double squares = 0.0;
  const double scale = result.scale.value;
  const std::vector<double> measured = {0.22, 0.38, 0.61, 0.83, 0.96};
  for (int i = 0; i < 5; ++i) {
    const double rest = measured[static_cast<std::size_t>(i)] - scale * (i + 1);
    squares += rest * rest;
  }
  EXPECT_NEAR(result.chi_squared, squares / 0.0004, 1e-9);
  EXPECT_EQ(result.degrees_of_freedom, 4);
  // Of four degrees of freedom Q = exp(-x/2) (1 + x/2).
  EXPECT_NEAR(result.chi_squared_p,
              std::exp(-0.5 * result.chi_squared) * (1.0 + 0.5 * result.chi_squared), 1e-12);
  EXPECT_NEAR(result.scaled[4].value, 5.0 * scale, 1e-12);
  // In order: 2 of 120 orders are as perfect.
  EXPECT_DOUBLE_EQ(result.ranks.spearman.coefficient, 1.0);
  EXPECT_DOUBLE_EQ(result.ranks.spearman.p_two_sided, 2.0 / 120.0);
  EXPECT_EQ(result.predicted_largest, 4U);
  EXPECT_EQ(result.measured_largest, 4U);
}

// Errors of predictions alone count as those of measurements divided by the scale; without any the
// scatter gives the error.
TEST(Comparison, ErrorsOfEitherSide) {
  const auto bare = with_error({1.1, 1.9, 3.2, 3.9, 5.0}, 0.0);
  const auto measured = with_error({2, 4, 6, 8, 10}, 0.0);
  const Comparison predicted_only = compared(with_error({1.1, 1.9, 3.2, 3.9, 5.0}, 0.1), measured);
  const Comparison none = compared(bare, measured);
  EXPECT_NEAR(none.scale.value, (2.2 + 7.6 + 19.2 + 31.2 + 50.0) / 55.27, 1e-12);
  // With exact measurements the regression of predictions on them: sum m^2 / sum m p.
  const double scale = 220.0 / 110.2;
  EXPECT_NEAR(predicted_only.scale.value, scale, 1e-9);
  EXPECT_NEAR(predicted_only.scale.standard_error, scale * scale * 0.1 / std::sqrt(220.0), 1e-9);
  EXPECT_EQ(none.chi_squared_p, 1.0);
  EXPECT_GT(none.scale.standard_error, 0.0);
}

// Two conditions one joint error apart: the smaller is drawn larger with the probability of a
// normal deviate above 1, 0.1587.
TEST(Comparison, SharesOfTheLargest) {
  const auto measured = with_error({0.0, 1.0, 1.0 + std::sqrt(2.0) * 0.1, 0.2}, 0.1);
  const Comparison result = compared(with_error({1, 2, 9, 3}, 0.01), measured);
  EXPECT_NEAR(result.measured_largest_share[1], 0.1587, 0.02);  // 5000 draws: 0.005
  EXPECT_NEAR(result.measured_largest_share[2], 0.8413, 0.02);
  EXPECT_NEAR(result.predicted_largest_share[2], 1.0, 1e-9);
  EXPECT_NEAR(result.same_largest_share, result.measured_largest_share[2], 1e-9);
  EXPECT_LE(result.kendall.low, result.ranks.kendall.coefficient);
  EXPECT_GE(result.kendall.high, result.ranks.kendall.coefficient);
}

// Series drawn about one truth: chi^2 has its mean, the scale its error.
TEST(Comparison, CalibratedWithErrorsOfBothSides) {
  RandomStream random(9);
  constexpr int series = 400;
  const std::vector<double> truth = {1.0, 2.5, 4.0, 3.0, 1.5};
  double chi = 0.0;
  double z = 0.0;
  for (int k = 0; k < series; ++k) {
    std::vector<Estimate> predicted;
    std::vector<Estimate> measured;
    for (const double each : truth) {
      predicted.push_back({each + 0.1 * random.normal(), 0.1});
      measured.push_back({0.05 * each + 0.006 * random.normal(), 0.006});
    }
    ComparisonOptions options;
    options.draws = 100;
    const Comparison result = compare(predicted, measured, options, random_stream);
    chi += result.chi_squared / series;
    const double off = (result.scale.value - 0.05) / result.scale.standard_error;
    z += off * off / series;
  }
  EXPECT_NEAR(chi, 4.0, 0.5);  // its error is 0.14
  EXPECT_NEAR(z, 1.0, 0.25);   // 0.07
}

std::vector<RateFree> temperatures(std::initializer_list<double> values) {
  std::vector<RateFree> conditions;
  double celsius = 400.0;
  for (const double value : values) {
    conditions.push_back({celsius + 273.15, {value, 0.01 * value}});
    celsius += 50.0;
  }
  return conditions;
}

// Within the bounds the chosen condition is the largest, and beyond it is not.
TEST(EnergyWindow, BoundsAreThePlaces) {
  const auto conditions = temperatures({0.9, 0.85, 0.8, 0.4, 0.1});
  const EnergyWindow window = energy_window(conditions, 2);
  ASSERT_TRUE(window.possible);
  // ln(0.85/0.8) R / (1/723.15 - 1/773.15) and ln(0.8/0.4) R / (1/773.15 - 1/823.15).
  const double r = 8.314462618e-3;
  EXPECT_NEAR(window.low_kj_per_mol, r * std::log(0.85 / 0.8) / (1.0 / 723.15 - 1.0 / 773.15),
              1e-6);
  EXPECT_NEAR(window.high_kj_per_mol, r * std::log(2.0) / (1.0 / 773.15 - 1.0 / 823.15), 1e-6);
  const auto measured = with_error({1, 2, 5, 3, 1}, 0.1);
  const double inside = 0.5 * (window.low_kj_per_mol + window.high_kj_per_mol);
  const std::vector<double> energies = {0.99 * window.low_kj_per_mol, inside,
                                        1.01 * window.high_kj_per_mol};
  const auto points = scan_energies(conditions, measured, energies);
  EXPECT_EQ(points[0].largest, 1U);
  EXPECT_EQ(points[1].largest, 2U);
  EXPECT_EQ(points[2].largest, 3U);
  const auto draws = energy_window_draws(conditions, 2, ComparisonOptions{}, random_stream);
  EXPECT_GT(draws.possible_share, 0.99);
  EXPECT_LT(draws.low_kj_per_mol.low, window.low_kj_per_mol);
  EXPECT_GT(draws.low_kj_per_mol.high, window.low_kj_per_mol);
}

// The same share at all temperatures: the rate rises, so only the hottest can be the largest.
TEST(EnergyWindow, NoMaximumWithoutAFallOfCopper) {
  const auto conditions = temperatures({0.6, 0.6, 0.6, 0.6, 0.6});
  const EnergyWindow hottest = energy_window(conditions, 4);
  EXPECT_TRUE(hottest.possible);
  EXPECT_EQ(hottest.low_kj_per_mol, 0.0);
  EXPECT_TRUE(std::isinf(hottest.high_kj_per_mol));
  EXPECT_EQ(energy_window(conditions, 2).high_kj_per_mol, 0.0);
  const EnergyWindow falling = energy_window(temperatures({0.9, 0.5, 0.3, 0.25, 0.2}), 2);
  EXPECT_FALSE(falling.possible);
  EXPECT_GT(falling.low_kj_per_mol, falling.high_kj_per_mol);
}

// Measurements made with 60 kJ/mol are met at 60 kJ/mol.
TEST(EnergyScan, FindsTheEnergyOfTheTruth) {
  const auto conditions = temperatures({0.9, 0.85, 0.8, 0.5, 0.2});
  std::vector<Estimate> measured;
  for (const RateFree& each : conditions) {
    const double rate = std::exp(-60.0 / (8.314462618e-3 * each.temperature_k));
    measured.push_back({1e3 * rate * each.value.value, 0.02});
  }
  const std::vector<double> energies = {40.0, 50.0, 60.0, 70.0, 80.0};
  const auto points = scan_energies(conditions, measured, energies);
  EXPECT_LT(points[2].chi_squared, 1e-9);
  EXPECT_DOUBLE_EQ(points[2].spearman, 1.0);
  for (const std::size_t other : {0U, 1U, 3U, 4U}) EXPECT_GT(points[other].chi_squared, 1e-3);
}

TEST(Comparison, Refuses) {
  const auto three = with_error({1, 2, 3}, 0.1);
  EXPECT_THROW((void)compared(three, with_error({1, 2}, 0.1)), InputError);
  EXPECT_THROW((void)compared(with_error({0, 0, 0}, 0.1), three), InputError);
  EXPECT_THROW((void)compared(with_error({-1, 2, 3}, 0.1), three), InputError);
  const std::vector<Estimate> mixed = {{1, 0.0}, {2, 0.1}, {3, 0.1}};
  EXPECT_THROW((void)compared(with_error({1, 2, 3}, 0.0), mixed), InputError);
  EXPECT_THROW((void)energy_window(temperatures({0.5, 0.0}), 0), InputError);
  EXPECT_THROW((void)energy_window(temperatures({0.5, 0.4}), 2), InputError);
  const std::vector<double> wrong = {-1.0};
  EXPECT_THROW((void)scan_energies(temperatures({0.5, 0.4, 0.3}), three, wrong), InputError);
}

}  // namespace
}  // namespace adatom::migration
