// Which atoms form a layer: gaps between their heights, or where few atoms are.
#include "layers.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/energetics/support.h"
#include "adatom/numeric/kde.h"

namespace adatom::energetics {
namespace {

/// Less than the distance of two layers of any surface of a metal with low indices (fcc (110) of
/// nickel: 1.25), more than the roughness of one that is relaxed.
constexpr double layer_gap_angstrom = 0.7;
constexpr double thickest_layer_angstrom = 1.4;
/// Of a layer told apart by density, at least so many are within `thickest_layer_angstrom`; the
/// others are atoms on steps and facets beside it.
constexpr double share_within = 0.9;
constexpr double smoothing_angstrom = 0.2;
/// A maximum of the density lower than this share of the one beside it is no layer, and between two
/// layers the density falls to this share of the lower one. On published particles on ceria (Cioni
/// et al., Adv. Sci. 2024) single atoms beside layers of 130 give less, layers themselves far more.
constexpr double least_share = 0.15;

/// The tops of layers by gaps: of heights in increasing order, the last of each layer.
std::vector<double> tops_by_gaps(std::span<const double> heights) {
  std::vector<double> tops;
  for (std::size_t k = 0; k < heights.size(); ++k) {
    const bool last = k + 1 == heights.size();
    if (last || heights[k + 1] - heights[k] > layer_gap_angstrom) tops.push_back(heights[k]);
  }
  return tops;
}

struct Peak {
  double density = 0.0;
  double valley = 0.0;  ///< the lowest density between it and the next one
  double valley_at = 0.0;
};

/// The maxima of a density, and what lies between them.
std::vector<Peak> find_peaks(const numeric::Density& smooth) {
  const auto& density = smooth.density;
  std::vector<Peak> peaks;
  for (std::size_t k = 1; k + 1 < density.size(); ++k) {
    if (!peaks.empty() && density[k] < peaks.back().valley) {
      peaks.back().valley = density[k];
      peaks.back().valley_at = smooth.at[k];
    }
    if (density[k] > density[k - 1] && density[k] >= density[k + 1]) {
      peaks.push_back({density[k], density[k], smooth.at[k]});
    }
  }
  return peaks;
}

/// Joins a peak with the next one: the higher one stays, with the valley behind both.
void join(std::vector<Peak>& peaks, std::size_t k) {
  peaks[k + 1].density = std::max(peaks[k].density, peaks[k + 1].density);
  peaks.erase(peaks.begin() + static_cast<std::ptrdiff_t>(k));
}

/// Layers by the density of heights, where single atoms stand in the gaps.
std::vector<double> tops_by_density(std::span<const double> heights) {
  numeric::DensityEstimate estimate(heights.front(), heights.back(), smoothing_angstrom);
  for (const double height : heights) estimate.add(height);
  const double range = heights.back() - heights.front() + 6.0 * smoothing_angstrom;
  auto peaks = find_peaks(
      estimate.evaluate(2 + static_cast<std::size_t>(20.0 * range / smoothing_angstrom)));
  for (std::size_t k = 0; k + 1 < peaks.size();) {
    const auto [lower, higher] = std::minmax(peaks[k].density, peaks[k + 1].density);
    if (lower >= least_share * higher && peaks[k].valley <= least_share * lower) {
      ++k;
      continue;
    }
    join(peaks, k);
    if (k > 0) --k;
  }
  std::vector<double> tops;
  for (std::size_t k = 0; k + 1 < peaks.size(); ++k) tops.push_back(peaks[k].valley_at);
  tops.push_back(heights.back());
  return tops;
}

std::vector<std::size_t> layers_below(std::span<const double> heights,
                                      std::span<const double> tops) {
  std::vector<std::size_t> layers;
  layers.reserve(heights.size());
  for (const double height : heights) {
    layers.push_back(static_cast<std::size_t>(
        std::distance(tops.begin(), std::ranges::lower_bound(tops, height))));
  }
  return layers;
}

/// The lowest layer that is too thick to be one; `wanted` if there is none.
/// @param heights in increasing order
/// @param share of the atoms of a layer that must be within the greatest thickness
std::size_t first_thick_layer(std::span<const double> heights, std::span<const double> tops,
                              std::size_t wanted, double share) {
  const auto layers = layers_below(heights, tops);
  auto begin = layers.begin();
  for (std::size_t layer = 0; layer < wanted && begin != layers.end(); ++layer) {
    const auto end = std::upper_bound(begin, layers.end(), layer);
    const auto first = static_cast<std::size_t>(begin - layers.begin());
    const auto count = static_cast<std::size_t>(end - begin);
    const auto needed = static_cast<std::size_t>(share * static_cast<double>(count));
    double thickness = heights[first + count - 1] - heights[first];
    for (std::size_t k = 0; needed > 0 && k + needed <= count; ++k) {
      thickness = std::min(thickness, heights[first + k + needed - 1] - heights[first + k]);
    }
    if (thickness > thickest_layer_angstrom) return layer;
    begin = end;
  }
  return wanted;
}

}  // namespace

std::vector<double> heights_of(const crystal::Structure& structure, const Eigen::Vector3d& normal) {
  std::vector<double> heights;
  heights.reserve(structure.atoms.size());
  for (const auto& atom : structure.atoms) heights.push_back(normal.dot(atom.position_angstrom));
  return heights;
}

std::vector<std::size_t> find_layers(const crystal::Structure& structure,
                                     const Eigen::Vector3d& normal, std::size_t layers_wanted) {
  const auto heights = heights_of(structure, normal);
  if (heights.empty()) return {};
  auto sorted = heights;
  std::ranges::sort(sorted);
  auto tops = tops_by_gaps(sorted);
  if (first_thick_layer(sorted, tops, layers_wanted, 1.0) < layers_wanted) {
    tops = tops_by_density(sorted);
    const std::size_t thick = first_thick_layer(sorted, tops, layers_wanted, share_within);
    if (thick < layers_wanted) {
      throw InputError(
          Complaint{"atomic layers cannot be told apart", "support",
                    "layer " + std::to_string(thick + 1) + " from below is more than " +
                        shortest(thickest_layer_angstrom) + " angstrom thick",
                    "say in angstrom what is held (held_angstrom, spring_angstrom), or check the "
                    "normal"});
    }
  }
  return layers_below(heights, tops);
}

}  // namespace adatom::energetics
