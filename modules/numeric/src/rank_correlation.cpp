#include "adatom/numeric/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <utility>
#include <vector>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

using Ranks = std::vector<std::int64_t>;

/// Twice the mean ranks, so that ties are whole numbers as well.
Ranks doubled_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  Ranks ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) {
      ranks[order[i]] = static_cast<std::int64_t>(first + last) + 2;
    }
    first = last + 1;
  }
  return ranks;
}

std::int64_t sign(std::int64_t value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }

/// What is left of both coefficients when the factors that no order changes are taken out.
struct Scores {
  std::int64_t spearman = 0;  ///< n sum(ab) - sum(a) sum(b)
  std::int64_t kendall = 0;   ///< concordant less discordant pairs
};

Scores scores_of(const Ranks& a, const Ranks& b) {
  Scores scores;
  std::int64_t sum_a = 0;
  std::int64_t sum_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    scores.spearman += a[i] * b[i];
    sum_a += a[i];
    sum_b += b[i];
    for (std::size_t k = 0; k < i; ++k) scores.kendall += sign(a[i] - a[k]) * sign(b[i] - b[k]);
  }
  scores.spearman = static_cast<std::int64_t>(a.size()) * scores.spearman - sum_a * sum_b;
  return scores;
}

/// How many orders have a score as extreme.
struct Tally {
  std::int64_t two_sided = 0;
  std::int64_t rising = 0;
  std::int64_t falling = 0;
  void add(std::int64_t score, std::int64_t observed) {
    two_sided += std::abs(score) >= std::abs(observed) ? 1 : 0;
    rising += score >= observed ? 1 : 0;
    falling += score <= observed ? 1 : 0;
  }
  void put(RankTrend& trend, std::int64_t orders, std::int64_t more) const {
    const auto share = [&](std::int64_t count) {
      return static_cast<double>(count + more) / static_cast<double>(orders + more);
    };
    trend.p_two_sided = share(two_sided);
    trend.p_rising = share(rising);
    trend.p_falling = share(falling);
  }
};

struct Tallies {
  Tally spearman;
  Tally kendall;
  std::int64_t orders = 0;
  void add(const Scores& scores, const Scores& observed) {
    spearman.add(scores.spearman, observed.spearman);
    kendall.add(scores.kendall, observed.kendall);
    ++orders;
  }
};

/// Every order of the values of `b` that can be told apart; each stands for as many permutations.
template <class Visit>
void for_every_order(Ranks b, const Visit& visit) {
  std::ranges::sort(b);
  do {
    visit(b);
  } while (std::next_permutation(b.begin(), b.end()));
}

template <class Visit>
void for_random_orders(Ranks b, RandomStream random, std::int64_t count, const Visit& visit) {
  for (std::int64_t order = 0; order < count; ++order) {
    // Fisher and Yates.
    for (std::size_t i = b.size(); i > 1; --i) std::swap(b[i - 1], b[random.below(i)]);
    visit(b);
  }
}

/// Pairs that are no tie.
double untied_pairs(const Ranks& ranks) {
  double pairs = 0.0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) pairs += ranks[i] != ranks[k] ? 1.0 : 0.0;
  }
  return pairs;
}

/// The probability of the largest score: of all orders those that pair the ranks in their order,
/// and the same upside down.
double least_probability(const Ranks& a, const Ranks& b) {
  Ranks sorted_a = a;
  Ranks sorted_b = b;
  std::ranges::sort(sorted_a);
  std::ranges::sort(sorted_b);
  const std::int64_t rising = scores_of(sorted_a, sorted_b).spearman;
  std::ranges::reverse(sorted_b);
  const std::int64_t falling = scores_of(sorted_a, sorted_b).spearman;
  const std::int64_t largest = std::max(std::abs(rising), std::abs(falling));
  std::int64_t orders = 0;
  std::int64_t extreme = 0;
  for_every_order(b, [&](const Ranks& order) {
    extreme += std::abs(scores_of(a, order).spearman) == largest ? 1 : 0;
    ++orders;
  });
  return static_cast<double>(extreme) / static_cast<double>(orders);
}

void require_pairs(std::span<const double> x, std::span<const double> y) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (x.size() != y.size() || !std::ranges::all_of(x, finite) || !std::ranges::all_of(y, finite)) {
    throw InputError({.what = "these are no pairs of numbers to be ranked",
                      .where = "rank correlation",
                      .why = "lengths differ or a value is not finite",
                      .remedy = "leave out pairs that lack one"});
  }
}

RankCoefficients coefficients_of(const Ranks& a, const Ranks& b) {
  const double pairs_a = untied_pairs(a);
  const double pairs_b = untied_pairs(b);
  if (a.size() < 3 || pairs_a == 0.0 || pairs_b == 0.0) return {};
  const Scores observed = scores_of(a, b);
  const double variance_a = static_cast<double>(scores_of(a, a).spearman);
  const double variance_b = static_cast<double>(scores_of(b, b).spearman);
  return {.spearman = static_cast<double>(observed.spearman) / std::sqrt(variance_a * variance_b),
          .kendall = static_cast<double>(observed.kendall) / std::sqrt(pairs_a * pairs_b)};
}

}  // namespace

RankCoefficients rank_coefficients(std::span<const double> x, std::span<const double> y) {
  require_pairs(x, y);
  return coefficients_of(doubled_ranks(x), doubled_ranks(y));
}

RankCorrelation rank_correlation(std::span<const double> x, std::span<const double> y,
                                 const RandomStream& random, std::int64_t permutations) {
  require_pairs(x, y);
  RankCorrelation result{.pairs = static_cast<std::int64_t>(x.size())};
  const Ranks a = doubled_ranks(x);
  const Ranks b = doubled_ranks(y);
  const RankCoefficients found = coefficients_of(a, b);
  result.spearman.coefficient = found.spearman;
  result.kendall.coefficient = found.kendall;
  if (std::isnan(found.spearman)) return result;
  const Scores observed = scores_of(a, b);
  result.exact = result.pairs <= most_pairs_enumerated;
  Tallies tallies;
  const auto count = [&](const Ranks& order) { tallies.add(scores_of(a, order), observed); };
  if (result.exact) {
    for_every_order(b, count);
    result.least_p = least_probability(a, b);
  } else {
    for_random_orders(b, random, permutations, count);
    result.least_p = 1.0 / static_cast<double>(permutations + 1);
  }
  result.orders = tallies.orders;
  const std::int64_t more = result.exact ? 0 : 1;
  tallies.spearman.put(result.spearman, tallies.orders, more);
  tallies.kendall.put(result.kendall, tallies.orders, more);
  return result;
}

}  // namespace adatom::numeric
