#pragma once
// Where the neighbourhood's own repetition says that a column should stand.
#include <cstddef>
#include <vector>

#include "detect_neighbours.h"

namespace adatom::columns::detail {

/// So many votes make a site.
inline constexpr std::size_t least_votes = 3;

struct PredictedSite {
  double x = 0.0;
  double y = 0.0;
  std::size_t votes = 0;
};

struct SitePrediction {
  std::vector<PredictedSite> vacant;          ///< sites with no point near, by at least 3 votes
  std::vector<std::size_t> votes_for_points;  ///< per point: votes of others for a site there
};

/// Every parallelogram of near points that misses one corner votes for it: r = p_k + (p_j - p_i).
/// That follows strain, twins and a basis of several atoms, since only near points speak.
/// @param distance the distance of near columns
[[nodiscard]] SitePrediction predict_sites(const std::vector<Point>& points, double distance);

}  // namespace adatom::columns::detail
