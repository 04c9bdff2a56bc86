#include "adatom/dynamics/domains.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/base/random.h"

namespace adatom::dynamics {
namespace {

class KeptDomains final : public DomainSink {
 public:
  void add_atom(std::size_t atom, std::span<const double> smoothed,
                std::span<const std::uint8_t> domain) override {
    EXPECT_EQ(atom, domains.size());
    values.emplace_back(smoothed.begin(), smoothed.end());
    domains.emplace_back(domain.begin(), domain.end());
  }
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint8_t>> domains;
};

constexpr std::size_t length = 2000;
constexpr std::size_t atoms = 40;

/// Half of the atoms rest (signal about 0.05), a quarter moves (0.4); the others rest for the first
/// 600 values and move from 1400 on, with 0.2 between. The noise is as large as that of LENS.
SeriesInMemory three_kinds() {
  RandomStream random(6);
  std::vector<double> values;
  for (std::size_t atom = 0; atom < atoms; ++atom) {
    for (std::size_t t = 0; t < length; ++t) {
      double level = atom % 4 == 0 ? 0.4 : 0.05;
      if (atom % 4 == 1) level = t < 600 ? 0.05 : t < 1400 ? 0.2 : 0.4;
      values.push_back(level + 0.1 * random.normal());
    }
  }
  return {atoms, values};
}

TEST(Domains, FindsLevelsUnderNoise) {
  KeptDomains kept;
  NoProgress silent;
  const auto found = find_domains(three_kinds(), {}, kept, silent);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found.first, 50U);
  EXPECT_EQ(found.length, length - 100);
  // Noise of 0.1 is 0.015 after smoothing over 100 values (9 / 4 of 1 / 100 in its variance for
  // order 2): clusters are cleanly apart; the steps between them, smoothed too, move the centres by
  // their share of the time, 100 of 800.
  EXPECT_NEAR(found.centres[0], 0.05, 0.005);
  EXPECT_NEAR(found.centres[1], 0.2, 0.01);
  EXPECT_NEAR(found.centres[2], 0.4, 0.005);
  EXPECT_DOUBLE_EQ(found.thresholds[0], 0.5 * (found.centres[0] + found.centres[1]));
  for (std::size_t atom = 0; atom < atoms; ++atom) {
    const auto& domain = kept.domains[atom];
    ASSERT_EQ(domain.size(), found.length);
    if (atom % 4 == 1) {
      EXPECT_EQ(domain[300 - 50], 0);
      EXPECT_EQ(domain[1000 - 50], 1);
      EXPECT_EQ(domain[1700 - 50], 2);
    } else {
      // 0.075 from the threshold, five widths of the smoothed noise.
      const std::uint8_t expected = atom % 4 == 0 ? 2 : 0;
      EXPECT_EQ(std::ranges::count(domain, expected), std::ssize(domain)) << atom;
    }
  }
}

// What is counted, counted again from the domains that were handed out.
TEST(Domains, CountsAreThoseOfItsDomains) {
  KeptDomains kept;
  NoProgress silent;
  const auto found = find_domains(three_kinds(), {.smooth_window = 21}, kept, silent);
  const std::size_t n = found.size();
  std::vector<std::uint64_t> exchange(n * n, 0);
  std::vector<std::uint32_t> at_100(n, 0);
  double sum = 0.0;
  for (std::size_t atom = 0; atom < atoms; ++atom) {
    const auto& domain = kept.domains[atom];
    for (std::size_t t = 0; t < domain.size(); ++t) {
      const double value = kept.values[atom][t];
      sum += value;
      const auto nearest = std::ranges::min_element(
          found.centres, {}, [&](double centre) { return std::abs(centre - value); });
      ASSERT_EQ(domain[t], nearest - found.centres.begin());
      if (t > 0) ++exchange[domain[t - 1] * n + domain[t]];
    }
    ++at_100[domain[100]];
    for (std::uint8_t d = 0; d < n; ++d) {
      EXPECT_EQ(found.time_in[atom * n + d], std::ranges::count(domain, d));
    }
  }
  EXPECT_EQ(found.exchange, exchange);
  EXPECT_TRUE(std::ranges::equal(found.populations.frame(100), at_100));
  EXPECT_NEAR(found.mean, sum / static_cast<double>(atoms * found.length), 1e-12);
  const auto all = static_cast<double>(exchange[0] + exchange[1] + exchange[2]);
  EXPECT_DOUBLE_EQ(found.probability(0, 1), static_cast<double>(exchange[1]) / all);
  double counted = 0.0;
  for (const double bin : found.histogram) counted += bin;
  EXPECT_EQ(counted, static_cast<double>(atoms * found.length));
  double area = 0.0;
  for (const double d : found.density.density) {
    area += d * (found.density.at[1] - found.density.at[0]);
  }
  EXPECT_NEAR(area, 1.0, 1e-3);
}

TEST(Domains, AreTheSameForAnyNumberOfThreads) {
  const auto run = [](std::size_t threads) {
    const ThreadLimit limit(threads);
    KeptDomains kept;
    NoProgress silent;
    return find_domains(three_kinds(), {}, kept, silent);
  };
  const auto one = run(1);
  const auto four = run(4);
  EXPECT_EQ(one.centres, four.centres);
  EXPECT_EQ(one.density.density, four.density.density);
  EXPECT_EQ(one.exchange, four.exchange);
}

TEST(Domains, OfSignalsThatDoNotVary) {
  KeptDomains kept;
  NoProgress silent;
  const SeriesInMemory still(3, std::vector<double>(300, 0.25));
  const auto found = find_domains(still, {.smooth_window = 1, .smooth_order = 0}, kept, silent);
  EXPECT_EQ(found.centres, (std::vector<double>{0.25}));
  EXPECT_TRUE(found.density.at.empty());
  EXPECT_EQ(found.average[0].fraction, 1.0);
  EXPECT_TRUE(exchange_tree(found).merges.empty());
}

// Neighbours in value exchange most; by hand, of probabilities 0.1 and 0.2 between the first two
// and 0.1 and 0.05 between the last: 1 - 0.15 / 0.3, and 1 - 0 / 0.3 averaged with it.
TEST(Domains, TreeOfWhatTheyExchange) {
  Domains domains;
  domains.centres = {0, 1, 2};
  domains.exchange = {90, 10, 0, 20, 70, 10, 0, 5, 95};
  const auto tree = exchange_tree(domains);
  ASSERT_EQ(tree.merges.size(), 2U);
  EXPECT_EQ(tree.merges[0].a, 0U);
  EXPECT_EQ(tree.merges[0].b, 1U);
  EXPECT_NEAR(tree.merges[0].height, 0.0, 1e-12);
  EXPECT_NEAR(tree.merges[1].height, 0.75, 1e-12);
}

TEST(Domains, RefusesShortSignals) {
  KeptDomains kept;
  NoProgress silent;
  const SeriesInMemory brief(2, std::vector<double>(100, 0.0));
  EXPECT_THROW((void)find_domains(brief, {}, kept, silent), InputError);
  EXPECT_THROW((void)find_domains(brief, {.smooth_window = 10, .drop = 25}, kept, silent),
               InputError);
  EXPECT_THROW((void)find_domains(brief, {.smooth_window = 3, .smooth_order = 3}, kept, silent),
               InputError);
}

}  // namespace
}  // namespace adatom::dynamics
