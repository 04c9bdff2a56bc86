#include "atom_mixture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::tracking {
namespace {

double square(double v) { return v * v; }

/// Normal distribution of which only what is above `least` is seen.
struct CutNormal {
  double least;
  double mean;
  double spread;
  [[nodiscard]] double seen() const {
    return std::max(0.5 * std::erfc((least - mean) / (std::numbers::sqrt2 * spread)), 1e-12);
  }
  [[nodiscard]] double density(double x) const {
    return std::exp(-0.5 * square((x - mean) / spread)) /
           (std::sqrt(2.0 * std::numbers::pi) * spread * seen());
  }
  /// Moves mean and spread so that those of the seen part come nearer to these.
  void approach(double seen_mean, double seen_variance) {
    const double a = (least - mean) / spread;
    const double hazard = std::exp(-0.5 * a * a) / (std::sqrt(2.0 * std::numbers::pi) * seen());
    const double share = std::max(1.0 + a * hazard - hazard * hazard, 0.05);
    mean = std::max(seen_mean - spread * hazard, least);
    spread = std::clamp(std::sqrt(seen_variance / share), 0.3, 30.0);
  }
};

}  // namespace

std::vector<double> atom_probabilities(const ResponsePeaks& peaks, double least) {
  const FalsePeaks falses(peaks);
  std::vector<double> probabilities(peaks.bright.size(), 0.0);
  std::size_t count = 0;
  while (count < peaks.bright.size() && peaks.bright[count].response >= least) ++count;
  if (count == 0) return probabilities;
  const auto response = [&](std::size_t i) { return peaks.bright[i].response; };
  // To begin with what is more than the false ones, about the median of all.
  const double total = static_cast<double>(count);
  double atoms = std::max(total - falses.beyond(least), 0.05 * total);
  CutNormal bright{least, response(count / 2), std::max(response(0) - least, 0.6) / 2.0};
  constexpr int most_rounds = 500;
  for (int round = 0; round < most_rounds; ++round) {
    double sum = 0.0;
    double mean = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double own = atoms * bright.density(response(i));
      const double all = own + falses.density(response(i));
      probabilities[i] = all > 0.0 ? own / all : 1.0;
      sum += probabilities[i];
      mean += probabilities[i] * response(i);
    }
    if (!(sum > 1e-6)) break;
    mean /= sum;
    double variance = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      variance += probabilities[i] * square(response(i) - mean) / sum;
    }
    const CutNormal before = bright;
    bright.approach(mean, variance);
    const double change = std::abs(sum - atoms) / total + std::abs(bright.mean - before.mean) +
                          std::abs(bright.spread - before.spread);
    atoms = sum;
    if (change < 1e-6) break;
  }
  for (std::size_t i = count; i-- > 1;) {
    probabilities[i - 1] = std::max(probabilities[i - 1], probabilities[i]);
  }
  return probabilities;
}

}  // namespace adatom::tracking
