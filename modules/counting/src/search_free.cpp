#include <algorithm>
#include <cmath>
#include <numeric>

#include "search.h"

namespace adatom::counting {

namespace {

/// Root-mean-square distance of the items from the nearest of `means`.
double spread_about(const Sample& sample, const std::vector<double>& means) {
  double sum = 0.0;
  for (const double x : sample.sorted) {
    const auto above = std::lower_bound(means.begin(), means.end(), x);
    double nearest = above == means.end() ? x - means.back() : *above - x;
    if (above != means.begin() && above != means.end()) {
      nearest = std::min(nearest, x - *(above - 1));
    }
    sum += nearest * nearest;
  }
  return std::sqrt(sum / static_cast<double>(sample.size()));
}

numeric::Mixture start_at(const Sample& sample, std::vector<double> means) {
  const double sigma = std::max(spread_about(sample, means), sample.min_sigma);
  return equal_weights(std::move(means), sigma);
}

/// The former means with one more in each gap and beyond each end.
void add_gap_starts(const Sample& sample, const std::vector<double>& former,
                    std::vector<numeric::Mixture>& starts) {
  for (std::size_t gap = 0; gap <= former.size(); ++gap) {
    std::vector<double> means = former;
    const double low = gap == 0 ? sample.sorted.front() : former[gap - 1];
    const double high = gap == former.size() ? sample.sorted.back() : former[gap];
    means.insert(means.begin() + static_cast<std::ptrdiff_t>(gap), 0.5 * (low + high));
    std::sort(means.begin(), means.end());
    starts.push_back(start_at(sample, std::move(means)));
  }
}

/// Means at items drawn with probability proportional to the squared distance from those drawn
/// before (k-means++: Arthur and Vassilvitskii, SODA 2007).
std::vector<double> draw_means(const Sample& sample, std::size_t components, RandomStream random) {
  std::vector<double> means{sample.sorted[random.below(sample.size())]};
  std::vector<double> squares(sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    squares[i] = std::pow(sample.sorted[i] - means[0], 2);
  }
  while (means.size() < components) {
    double left = random.uniform() * std::accumulate(squares.begin(), squares.end(), 0.0);
    std::size_t chosen = 0;
    while (chosen + 1 < sample.size() && left >= squares[chosen]) left -= squares[chosen++];
    const double mean = sample.sorted[chosen];
    means.push_back(mean);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      squares[i] = std::min(squares[i], std::pow(sample.sorted[i] - mean, 2));
    }
  }
  std::sort(means.begin(), means.end());
  return means;
}

/// Components in the order of their means: they may have crossed.
void sort_components(numeric::Mixture& mixture) {
  std::vector<std::size_t> order(mixture.components());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return mixture.means[a] < mixture.means[b];
  });
  const numeric::Mixture old = mixture;
  for (std::size_t k = 0; k < order.size(); ++k) {
    mixture.means[k] = old.means[order[k]];
    mixture.weights[k] = old.weights[order[k]];
  }
}

}  // namespace

Candidates search_free(const Sample& sample, std::size_t most, const CountingOptions& options,
                       const RandomStream& random, Progress& progress) {
  const numeric::MixtureModel model = sample.model();
  const auto partitions = numeric::partition_means(sample.sorted, most);
  Candidates found;
  std::vector<double> former;
  for (std::size_t components = 1; components <= most; ++components) {
    stop_if_cancelled(progress);
    std::vector<numeric::Mixture> starts{start_at(sample, partitions[components - 1])};
    if (!former.empty()) add_gap_starts(sample, former, starts);
    for (std::int64_t s = 0; components > 1 && s < options.starts; ++s) {
      const RandomStream own =
          random.substream(components).substream(static_cast<std::uint64_t>(s));
      starts.push_back(start_at(sample, draw_means(sample, components, own)));
    }
    const double alike = 1e-3 * sample.range() / static_cast<double>(components);
    auto fits = fit_starts(sample, model, std::move(starts), 3, alike, options);
    sort_components(fits.front().mixture);
    former = fits.front().mixture.means;
    std::vector<std::int64_t> atoms(components);
    std::iota(atoms.begin(), atoms.end(), std::int64_t{1});
    found.push_back({make_candidate(sample, model, std::move(fits.front()), std::move(atoms), 0.0,
                                    options.criterion)});
    progress.advance(1);
  }
  return found;
}

}  // namespace adatom::counting
