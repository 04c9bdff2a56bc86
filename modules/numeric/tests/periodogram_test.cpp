#include "adatom/numeric/periodogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"

namespace adatom::numeric {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

Periodogram analyse(const std::vector<double>& times, const std::vector<double>& values,
                    const std::vector<double>& errors, const PeriodogramOptions& options) {
  NoProgress progress;
  return periodogram(times, values, errors, options, RandomStream(7), progress);
}

PeriodogramOptions without_orders() {
  PeriodogramOptions options;
  options.permutations = 0;
  return options;
}

std::vector<double> even_times(std::size_t count, double step) {
  std::vector<double> times(count);
  for (std::size_t i = 0; i < count; ++i) times[i] = step * static_cast<double>(i);
  return times;
}

// Powers are 1 - chi^2/chi^2_0 of NumPy's lstsq at the same frequency, parameters and errors those
// of SciPy 1.10's curve_fit (absolute_sigma False), the bound Baluev's formula in NumPy.
TEST(Periodogram, AgreesWithLeastSquaresOfSciPy) {
  const std::vector<double> times = {0.0,  0.89, 1.63, 1.32, 2.21, 1.9,  2.64, 3.53,
                                     3.22, 3.96, 3.8,  4.54, 5.28, 5.12, 5.86, 5.55,
                                     6.44, 7.18, 6.87, 7.76, 7.45, 8.19, 9.08, 8.77};
  const std::vector<double> values = {0.5938, 0.6454, 0.5148, 0.5983, 0.5775, 0.5367,
                                      0.6459, 0.5682, 0.6691, 0.6213, 0.5601, 0.6304,
                                      0.5741, 0.6101, 0.5943, 0.5309, 0.6139, 0.5998,
                                      0.6732, 0.5477, 0.6743, 0.5487, 0.5605, 0.5887};
  const std::vector<double> errors = {0.02,  0.045, 0.035, 0.025, 0.05, 0.04, 0.03,  0.02,
                                      0.045, 0.035, 0.025, 0.05,  0.04, 0.03, 0.02,  0.045,
                                      0.035, 0.025, 0.05,  0.04,  0.03, 0.02, 0.045, 0.035};
  const Periodogram weighted = analyse(times, values, errors, without_orders());
  const Periodogram plain = analyse(times, values, {}, without_orders());
  ASSERT_EQ(weighted.frequency.size(), 138U);
  EXPECT_NEAR(weighted.frequency[10], 0.21982347736520916, 1e-14);
  const std::vector<std::size_t> places = {0, 10, 25, 137};
  const std::vector<double> expected = {0.026311054134035117, 0.045992554521045226,
                                        0.05272683541782408, 0.07951907402793579};
  const std::vector<double> expected_plain = {0.03091451491231656, 0.05258938208391073,
                                              0.002402608952782437, 0.22960512315437576};
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_NEAR(weighted.power[places[i]], expected[i], 1e-13);
    EXPECT_NEAR(plain.power[places[i]], expected_plain[i], 1e-13);
  }
  const Oscillation& wave = weighted.strongest;
  // The place of a maximum is known to the root of the rounding of its height.
  EXPECT_NEAR(wave.frequency, 0.46156791343283243, 1e-7);
  EXPECT_NEAR(wave.period, 2.1665284152069217, 1e-6);
  EXPECT_NEAR(wave.power, 0.3591968854616089, 1e-12);
  EXPECT_NEAR(wave.mean, 0.5971004240933987, 1e-9);
  EXPECT_NEAR(wave.amplitude, 0.03250899577721927, 1e-8);
  EXPECT_NEAR(wave.phase_rad, -0.19852923220177374, 5e-6);
  EXPECT_NEAR(wave.mean_stderr, 0.007289859484081044, 1e-8);
  EXPECT_NEAR(wave.amplitude_stderr, 0.009726872757037871, 1e-7);
  // SciPy's slopes are differences.
  EXPECT_NEAR(wave.frequency_stderr, 0.017148440971250543, 1e-6);
  EXPECT_NEAR(wave.phase_stderr_rad, 0.5133981899454839, 3e-5);
  EXPECT_NEAR(wave.period_stderr, 0.08049213032248469, 5e-6);
  EXPECT_NEAR(wave.reduced_chi_squared, 1.224759649713331, 1e-9);
  EXPECT_NEAR(wave.false_alarm_bound, 0.3390563343269616, 1e-9);
  EXPECT_FALSE(wave.at_edge);
}

// At the frequencies of the discrete Fourier transform sinusoids are orthogonal: the power is each
// one's share of the variance.
TEST(Periodogram, SharesOfTheVariance) {
  const std::vector<double> times = even_times(100, 0.5);
  std::vector<double> values;
  for (const double t : times) {
    values.push_back(3.0 + 2.0 * std::sin(two_pi * t / 5.0 + 0.4) + std::cos(two_pi * t / 2.0));
  }
  PeriodogramOptions options = without_orders();
  options.longest_period = 50.0;
  options.shortest_period = 1.25;
  const Periodogram result = analyse(times, values, {}, options);
  for (std::size_t i = 0; i < result.frequency.size(); ++i) {
    const double cycles = result.frequency[i] * 50.0;
    if (std::abs(cycles - std::round(cycles)) > 1e-9) continue;
    const double expected = std::round(cycles) == 10.0   ? 0.8
                            : std::round(cycles) == 25.0 ? 0.2
                                                         : 0.0;
    EXPECT_NEAR(result.power[i], expected, 1e-12) << cycles;
  }
}

TEST(Periodogram, PureSinusoid) {
  std::vector<double> times;
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) {
    times.push_back(100.0 + 0.3 * i + 0.1 * std::sin(1.0 * i * i));
    values.push_back(-2.0 + 0.25 * std::sin(two_pi * times.back() / 1.7 - 0.9));
  }
  const Oscillation wave = analyse(times, values, {}, PeriodogramOptions{}).strongest;
  EXPECT_NEAR(wave.period, 1.7, 1e-6);
  EXPECT_NEAR(wave.amplitude, 0.25, 1e-6);
  EXPECT_NEAR(wave.mean, -2.0, 1e-6);
  // From the middle of the times back to 0 the error of the period counts sixty times.
  EXPECT_NEAR(wave.phase_rad, -0.9, 1e-4);
  EXPECT_NEAR(wave.power, 1.0, 1e-9);
  EXPECT_LT(wave.false_alarm_bound, 1e-50);
  EXPECT_DOUBLE_EQ(*wave.false_alarm_permutation, 0.001);
}

// Sixty frames of an oscillation of 0.05 about 0.6, each with an error of 0.002: the amplitude is
// known to 0.7 % (sigma sqrt(2/n)); errors are the scatter from series to series.
TEST(Periodogram, AmplitudeWithinItsError) {
  constexpr int series = 400;
  double bias = 0.0;
  double amplitude_z = 0.0;
  double period_z = 0.0;
  double phase_z = 0.0;
  double mean_z = 0.0;
  double off = 0.0;
  RandomStream random(3);
  const std::vector<double> times = even_times(60, 0.5);
  for (int k = 0; k < series; ++k) {
    std::vector<double> values;
    for (const double t : times) {
      values.push_back(0.6 + 0.05 * std::sin(two_pi * t / 9.3 + 1.1) + 0.002 * random.normal());
    }
    const Oscillation wave = analyse(times, values, {}, without_orders()).strongest;
    const auto square = [](double z) { return z * z / series; };
    bias += (wave.amplitude / 0.05 - 1.0) / series;
    off += square(wave.amplitude / 0.05 - 1.0);
    amplitude_z += square((wave.amplitude - 0.05) / wave.amplitude_stderr);
    period_z += square((wave.period - 9.3) / wave.period_stderr);
    phase_z += square((wave.phase_rad - 1.1) / wave.phase_stderr_rad);
    mean_z += square((wave.mean - 0.6) / wave.mean_stderr);
  }
  EXPECT_NEAR(std::sqrt(off), 0.04 * std::sqrt(2.0 / 60.0), 0.0008);  // 0.73 %, three errors of it
  EXPECT_NEAR(bias, 0.0, 0.0015);                                     // its error is 0.0004
  // Mean squares of Student's t with 56 degrees of freedom: 1.04, known to 0.074.
  for (const double z : {amplitude_z, period_z, phase_z, mean_z}) EXPECT_NEAR(z, 1.04, 0.22);
}

// Of white noise, as often as it says: the permutation probability is below p in p of the series,
// the bound not more often, and for small ones not much less.
TEST(Periodogram, FalseAlarms) {
  constexpr int series = 1000;
  RandomStream random(11);
  PeriodogramOptions options;
  options.permutations = 99;
  int permutation_below = 0;
  int bound_below = 0;
  int bound_below_half = 0;
  for (int k = 0; k < series; ++k) {
    std::vector<double> times;
    std::vector<double> values;
    std::vector<double> errors;
    for (int i = 0; i < 30; ++i) {
      times.push_back(0.4 * i + 0.3 * random.uniform());
      errors.push_back(0.5 + random.uniform());
      values.push_back(4.0 + errors.back() * random.normal());
    }
    const Oscillation wave = analyse(times, values, errors, options).strongest;
    permutation_below += *wave.false_alarm_permutation <= 0.1 ? 1 : 0;
    bound_below += wave.false_alarm_bound <= 0.1 ? 1 : 0;
    bound_below_half += wave.false_alarm_bound <= 0.5 ? 1 : 0;
  }
  // Three standard errors of a binomial of 1000.
  EXPECT_NEAR(permutation_below, 100, 28);
  EXPECT_LE(bound_below, 128);
  EXPECT_GE(bound_below, 50);
  EXPECT_LE(bound_below_half, 500);
}

TEST(Periodogram, SameForAnyThreads) {
  RandomStream random(5);
  const std::vector<double> times = even_times(80, 1.0);
  std::vector<double> values;
  for (const double t : times) values.push_back(std::sin(t) + 2.0 * random.normal());
  const Periodogram many = analyse(times, values, {}, PeriodogramOptions{});
  const ThreadLimit one(1);
  const Periodogram single = analyse(times, values, {}, PeriodogramOptions{});
  EXPECT_EQ(many.power, single.power);
  EXPECT_EQ(many.strongest.false_alarm_permutation, single.strongest.false_alarm_permutation);
  EXPECT_GT(*single.strongest.false_alarm_permutation, 0.001);
}

TEST(Periodogram, AtTheEdgeOrWithoutScatter) {
  const std::vector<double> times = even_times(20, 1.0);
  std::vector<double> alternating;
  std::vector<double> slope;
  for (const double t : times) {
    alternating.push_back(std::fmod(t, 2.0) == 0.0 ? 1.0 : -1.0);
    slope.push_back(0.3 * t);
  }
  const Oscillation fastest = analyse(times, alternating, {}, without_orders()).strongest;
  EXPECT_TRUE(fastest.at_edge);
  EXPECT_DOUBLE_EQ(fastest.period, 2.0);
  EXPECT_NEAR(fastest.amplitude, 1.0, 1e-12);
  EXPECT_TRUE(analyse(times, slope, {}, without_orders()).strongest.at_edge);
  const Oscillation none =
      analyse(times, std::vector<double>(20, 0.6), {}, PeriodogramOptions{}).strongest;
  EXPECT_EQ(none.amplitude, 0.0);
  EXPECT_EQ(none.false_alarm_bound, 1.0);
  EXPECT_EQ(none.false_alarm_permutation, 1.0);
}

TEST(Periodogram, RefusesWhatIsNoSeries) {
  const std::vector<double> times = even_times(20, 1.0);
  const std::vector<double> values = even_times(20, 2.0);
  const PeriodogramOptions options = without_orders();
  EXPECT_THROW((void)analyse(times, even_times(19, 1.0), {}, options), InputError);
  EXPECT_THROW((void)analyse(even_times(5, 1.0), even_times(5, 1.0), {}, options), InputError);
  EXPECT_THROW((void)analyse(std::vector<double>(20, 1.0), values, {}, options), InputError);
  EXPECT_THROW((void)analyse(times, values, std::vector<double>(20, 0.0), options), InputError);
  PeriodogramOptions wrong = options;
  wrong.longest_period = 1.0;
  EXPECT_THROW((void)analyse(times, values, {}, wrong), InputError);
  wrong = options;
  wrong.shortest_period = 1e-6;
  EXPECT_THROW((void)analyse(times, values, {}, wrong), InputError);
  wrong = options;
  wrong.oversampling = 1.0;
  EXPECT_THROW((void)analyse(times, values, {}, wrong), InputError);
}

}  // namespace
}  // namespace adatom::numeric
