#include "adatom/numeric/k_means.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"

namespace adatom::numeric {
namespace {

// Sums are made range by range, so that they do not depend on the threads.
constexpr std::size_t grain = 4096;

struct Points {
  std::span<const double> values;
  std::size_t dimensions;

  [[nodiscard]] std::size_t size() const { return values.size() / dimensions; }
  [[nodiscard]] const double* at(std::size_t i) const { return values.data() + i * dimensions; }
  [[nodiscard]] double distance2(std::size_t i, const double* to) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < dimensions; ++k) {
      const double d = at(i)[k] - to[k];
      sum += d * d;
    }
    return sum;
  }
};

/// Each next centre is a point, chosen with a chance that grows with its squared distance from
/// those there are. Fewer where all points lie on centres.
std::vector<double> first_centres(const Points& points, std::size_t clusters, RandomStream random) {
  const std::size_t count = points.size();
  std::vector<double> centres;
  std::vector<double> distance2(count, std::numeric_limits<double>::max());
  std::size_t chosen = random.below(count);
  for (std::size_t c = 0; c < clusters; ++c) {
    centres.insert(centres.end(), points.at(chosen), points.at(chosen) + points.dimensions);
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      distance2[i] = std::min(distance2[i], points.distance2(i, points.at(chosen)));
      sum += distance2[i];
    }
    if (sum <= 0.0) break;
    double left = random.uniform() * sum;
    std::size_t last = chosen;
    for (std::size_t i = 0; i < count; ++i) {
      if (distance2[i] <= 0.0) continue;
      last = i;
      left -= distance2[i];
      if (left <= 0.0) break;
    }
    chosen = last;
  }
  return centres;
}

/// What one range of points says.
struct Part {
  std::vector<double> sums;
  std::vector<std::size_t> members;
  double squared_distances = 0.0;
  std::size_t changed = 0;
  std::size_t farthest = 0;
  double farthest2 = -1.0;
};

Part assign(const Points& points, std::span<const double> centres, std::size_t begin,
            std::size_t end, std::vector<std::uint32_t>& label) {
  const std::size_t clusters = centres.size() / points.dimensions;
  Part part{.sums = std::vector<double>(centres.size(), 0.0),
            .members = std::vector<std::size_t>(clusters, 0)};
  for (std::size_t i = begin; i < end; ++i) {
    std::uint32_t best = 0;
    double best2 = std::numeric_limits<double>::max();
    for (std::uint32_t c = 0; c < clusters; ++c) {
      const double d2 = points.distance2(i, centres.data() + c * points.dimensions);
      if (d2 < best2) {
        best2 = d2;
        best = c;
      }
    }
    part.changed += label[i] != best ? 1U : 0U;
    label[i] = best;
    ++part.members[best];
    for (std::size_t k = 0; k < points.dimensions; ++k) {
      part.sums[best * points.dimensions + k] += points.at(i)[k];
    }
    part.squared_distances += best2;
    if (best2 > part.farthest2) {
      part.farthest2 = best2;
      part.farthest = i;
    }
  }
  return part;
}

Part assign_all(const Points& points, std::span<const double> centres,
                std::vector<std::uint32_t>& label) {
  std::vector<Part> parts((points.size() + grain - 1) / grain);
  parallel_ranges(points.size(), grain, [&](std::size_t begin, std::size_t end) {
    parts[begin / grain] = assign(points, centres, begin, end, label);
  });
  Part whole = std::move(parts.front());
  for (std::size_t p = 1; p < parts.size(); ++p) {
    for (std::size_t k = 0; k < whole.sums.size(); ++k) whole.sums[k] += parts[p].sums[k];
    for (std::size_t c = 0; c < whole.members.size(); ++c) whole.members[c] += parts[p].members[c];
    whole.squared_distances += parts[p].squared_distances;
    whole.changed += parts[p].changed;
    if (parts[p].farthest2 > whole.farthest2) {
      whole.farthest2 = parts[p].farthest2;
      whole.farthest = parts[p].farthest;
    }
  }
  return whole;
}

KMeans one_start(const Points& points, const KMeansSettings& settings, RandomStream random) {
  KMeans result{.centres = first_centres(points, settings.clusters, random)};
  const std::size_t dimensions = points.dimensions;
  result.label.assign(points.size(), std::numeric_limits<std::uint32_t>::max());
  while (true) {
    const Part part = assign_all(points, result.centres, result.label);
    result.squared_distances = part.squared_distances;
    if (part.changed == 0) {
      result.converged = true;
      break;
    }
    if (result.iterations == settings.max_iterations) break;
    ++result.iterations;
    for (std::size_t c = 0; c < part.members.size(); ++c) {
      // A cluster without members starts anew at the point that fits worst.
      const bool empty = part.members[c] == 0;
      for (std::size_t k = 0; k < dimensions; ++k) {
        result.centres[c * dimensions + k] =
            empty ? points.at(part.farthest)[k]
                  : part.sums[c * dimensions + k] / static_cast<double>(part.members[c]);
      }
    }
  }
  return result;
}

void sort_clusters(KMeans& result, std::size_t dimensions) {
  const std::size_t clusters = result.centres.size() / dimensions;
  const auto row = [&](std::size_t c) {
    return std::span(result.centres).subspan(c * dimensions, dimensions);
  };
  std::vector<std::uint32_t> order(clusters);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::ranges::lexicographical_compare(row(a), row(b));
  });
  std::vector<double> centres;
  std::vector<std::uint32_t> place(clusters);
  for (std::uint32_t c = 0; c < clusters; ++c) {
    place[order[c]] = c;
    centres.insert(centres.end(), row(order[c]).begin(), row(order[c]).end());
  }
  result.centres = std::move(centres);
  for (auto& label : result.label) label = place[label];
}

void require_sound(std::span<const double> points, std::size_t dimensions,
                   const KMeansSettings& settings) {
  std::string why;
  if (dimensions == 0 || points.empty() || points.size() % dimensions != 0) {
    why = "there are no points, or not all of their coordinates";
  } else if (settings.clusters == 0 || settings.starts == 0) {
    why = "at least one cluster and one start are needed";
  } else if (!std::ranges::all_of(points, [](double x) { return std::isfinite(x); })) {
    why = "a coordinate is not finite";
  } else {
    return;
  }
  throw InputError(
      {.what = "no clusters can be found", .where = "k-means", .why = why, .remedy = {}});
}

}  // namespace

KMeans k_means(std::span<const double> points, std::size_t dimensions,
               const KMeansSettings& settings, const RandomStream& random) {
  require_sound(points, dimensions, settings);
  const Points all{points, dimensions};
  KMeans best;
  for (std::size_t start = 0; start < settings.starts; ++start) {
    KMeans result = one_start(all, settings, random.substream(start));
    if (start == 0 || result.squared_distances < best.squared_distances) best = std::move(result);
  }
  sort_clusters(best, dimensions);
  return best;
}

}  // namespace adatom::numeric
