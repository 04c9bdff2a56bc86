#pragma once
// How well found positions match true ones.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "adatom/columns/model.h"

namespace adatom::columns::testing {

struct Match {
  std::size_t found = 0;            ///< true positions with one found within the reach
  std::size_t extra = 0;            ///< found positions that match no true one
  std::vector<std::size_t> missed;  ///< indices of true positions
  double rms_angstrom = 0.0;        ///< over the matched ones
};

/// One to one, the nearest pairs first.
inline Match match_positions(std::span<const Position> truth, std::span<const Position> found,
                             double reach_angstrom) {
  struct Pair {
    double distance;
    std::size_t i;
    std::size_t j;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t j = 0; j < found.size(); ++j) {
      const double d = std::hypot(truth[i].x_angstrom - found[j].x_angstrom,
                                  truth[i].y_angstrom - found[j].y_angstrom);
      if (d <= reach_angstrom) pairs.push_back({d, i, j});
    }
  }
  std::ranges::sort(pairs, {}, &Pair::distance);
  std::vector<bool> has(truth.size(), false);
  std::vector<bool> used(found.size(), false);
  Match match;
  double squares = 0.0;
  for (const Pair& pair : pairs) {
    if (has[pair.i] || used[pair.j]) continue;
    has[pair.i] = true;
    used[pair.j] = true;
    ++match.found;
    squares += pair.distance * pair.distance;
  }
  match.extra = found.size() - match.found;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!has[i]) match.missed.push_back(i);
  }
  if (match.found > 0) match.rms_angstrom = std::sqrt(squares / static_cast<double>(match.found));
  return match;
}

}  // namespace adatom::columns::testing
