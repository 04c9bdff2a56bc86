#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/error.h"
#include "adatom/counting/count.h"

namespace adatom::counting {

namespace {

// Tails this small do not move a quantile at 2.5 %.
constexpr double negligible = 1e-12;

/// The distribution of an integer: probabilities of first, first + 1, ...
struct Distribution {
  std::int64_t first = 0;
  std::vector<double> probabilities{1.0};

  void add(const Distribution& other) {
    std::vector<double> sum(probabilities.size() + other.probabilities.size() - 1, 0.0);
    for (std::size_t a = 0; a < probabilities.size(); ++a) {
      for (std::size_t b = 0; b < other.probabilities.size(); ++b) {
        sum[a + b] += probabilities[a] * other.probabilities[b];
      }
    }
    first += other.first;
    probabilities = std::move(sum);
    trim();
  }
  void trim() {
    std::size_t begin = 0;
    std::size_t end = probabilities.size();
    while (begin + 1 < end && probabilities[begin] < negligible) ++begin;
    while (end > begin + 1 && probabilities[end - 1] < negligible) --end;
    first += static_cast<std::int64_t>(begin);
    probabilities = {probabilities.begin() + static_cast<std::ptrdiff_t>(begin),
                     probabilities.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  /// The smallest value up to which the probability reaches `share`.
  [[nodiscard]] std::int64_t quantile(double share) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      sum += probabilities[i];
      if (sum >= share) return first + static_cast<std::int64_t>(i);
    }
    return first + static_cast<std::int64_t>(probabilities.size()) - 1;
  }
};

Distribution distribution_of(const ColumnCount& column, const std::vector<Component>& components) {
  const auto [least, most] = std::minmax_element(
      components.begin(), components.end(),
      [](const Component& a, const Component& b) { return a.atom_count < b.atom_count; });
  Distribution distribution{least->atom_count, {}};
  distribution.probabilities.assign(
      static_cast<std::size_t>(most->atom_count - least->atom_count) + 1, 0.0);
  for (std::size_t k = 0; k < components.size(); ++k) {
    const auto place = static_cast<std::size_t>(components[k].atom_count - least->atom_count);
    distribution.probabilities[place] += column.posterior[k];
  }
  distribution.trim();
  return distribution;
}

/// A normal deviate about 0 rounded to integers.
Distribution rounded_normal(double sigma) {
  const auto reach = static_cast<std::int64_t>(std::ceil(6.0 * sigma));
  Distribution distribution{-reach, {}};
  const auto below = [&](double x) { return 0.5 * std::erfc(-x / (std::numbers::sqrt2 * sigma)); };
  for (std::int64_t i = -reach; i <= reach; ++i) {
    const auto x = static_cast<double>(i);
    distribution.probabilities.push_back(below(x + 0.5) - below(x - 0.5));
  }
  return distribution;
}

}  // namespace

Total total_atoms(const CountingResult& result, std::span<const std::size_t> members) {
  Total total;
  Distribution sum;
  double variance = 0.0;
  double shift = 0.0;
  for (const std::size_t member : members) {
    if (member >= result.counts.size()) {
      throw InputError({.what = "column " + std::to_string(member) + " is not among those counted",
                        .where = "total_atoms",
                        .why = std::to_string(result.counts.size()) + " columns were counted",
                        .remedy = "take the members from the same table"});
    }
    const ColumnCount& column = result.counts[member];
    total.atoms += column.atom_count;
    double mean = 0.0;
    double square = 0.0;
    for (std::size_t k = 0; k < result.components.size(); ++k) {
      const auto atoms = static_cast<double>(result.components[k].atom_count);
      mean += column.posterior[k] * atoms;
      square += column.posterior[k] * atoms * atoms;
    }
    total.mean += mean;
    variance += std::max(square - mean * mean, 0.0);
    shift += column.scale_shift;
    sum.add(distribution_of(column, result.components));
  }
  total.stderr_atoms = std::sqrt(variance + shift * shift);
  // Below that no rounded shift ever differs from zero.
  if (std::abs(shift) > 0.05) sum.add(rounded_normal(std::abs(shift)));
  total.low = std::min(sum.quantile(0.025), total.atoms);
  total.high = std::max(sum.quantile(0.975), total.atoms);
  return total;
}

}  // namespace adatom::counting
