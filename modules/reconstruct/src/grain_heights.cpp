#include "grain_heights.h"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>

namespace adatom::reconstruct::detail {
namespace {

/// How often each difference of heights was seen.
using Votes = std::array<std::int64_t, static_cast<std::size_t>(phases)>;

constexpr std::int64_t shared_weight = 3;  // votes of a shared column, where a pair has one

std::size_t modulo(std::int64_t sixths) {
  return static_cast<std::size_t>(((sixths % phases) + phases) % phases);
}

// Differences offset[a] - offset[b] that the columns of both grains ask for.
Votes vote(const PlanePoints& points, const ProjectedCrystal& crystal, const GrownGrain& a,
           const GrownGrain& b) {
  Votes votes = {};
  const bool pairs_tell = crystal.axis == crystal::ZoneAxis::axis_110;
  const double short_vector = crystal.shortest_angstrom;
  const double scale =
      std::sqrt(std::abs(a.basis_angstrom.determinant() / crystal.basis_angstrom.determinant()));
  const double bond = crystal.lattice_parameter_angstrom / std::sqrt(2.0);
  const double between = 0.5 * (short_vector + bond);
  for (const GrainMember& i : a.members) {
    const bool shared = b.has(i.point);
    if (!shared && !pairs_tell) continue;
    for (const GrainMember& j : b.members) {
      const std::int64_t difference = crystal.phase(j.u, j.v) - crystal.phase(i.u, i.v);
      if (i.point == j.point) votes[modulo(difference)] += shared_weight;
      if (shared || a.has(j.point) || !pairs_tell) continue;
      const double apart = (points[i.point] - points[j.point]).norm() / scale;
      if (apart < short_vector - (between - short_vector) || apart > 2.0 * bond - between) continue;
      const std::int64_t step = apart < between ? phases / 2 : 0;
      ++votes[modulo(difference + step)];
    }
  }
  return votes;
}

struct Relation {
  std::size_t a = 0;
  std::size_t b = 0;
  std::int64_t difference = 0;  // offset[a] - offset[b]
  std::int64_t votes = 0;       // those for it less those against it
};

std::string pair_name(const Relation& relation) {
  return "grains " + std::to_string(relation.a) + " and " + std::to_string(relation.b);
}

std::vector<Relation> find_relations(const PlanePoints& points, const ProjectedCrystal& crystal,
                                     const std::vector<GrownGrain>& grains) {
  std::vector<Relation> relations;
  for (std::size_t a = 0; a < grains.size(); ++a) {
    for (std::size_t b = a + 1; b < grains.size(); ++b) {
      const Votes votes = vote(points, crystal, grains[a], grains[b]);
      const auto most = std::ranges::max_element(votes);
      const std::int64_t all = std::accumulate(votes.begin(), votes.end(), std::int64_t{0});
      if (all == 0) continue;
      relations.push_back({a, b, most - votes.begin(), 2 * *most - all});
    }
  }
  std::ranges::stable_sort(relations, std::ranges::greater{}, &Relation::votes);
  return relations;
}

}  // namespace

GrainHeights relate_heights(const PlanePoints& points, const ProjectedCrystal& crystal,
                            const std::vector<GrownGrain>& grains) {
  GrainHeights result{.offset = std::vector<std::int64_t>(grains.size(), 0), .warnings = {}};
  const auto relations = find_relations(points, crystal, grains);
  std::vector<bool> known(grains.size(), false);
  known.front() = true;
  // The relation with most votes that leads to a new grain, again and again.
  const auto leads_on = [&](const Relation& r) { return r.votes > 0 && known[r.a] != known[r.b]; };
  for (;;) {
    const auto next = std::ranges::find_if(relations, leads_on);
    if (next == relations.end()) break;
    const auto [from, to, sign] = known[next->a] ? std::tuple(next->a, next->b, std::int64_t{-1})
                                                 : std::tuple(next->b, next->a, std::int64_t{1});
    const std::int64_t offset = result.offset[from] + sign * next->difference;
    result.offset[to] = static_cast<std::int64_t>(modulo(offset));
    known[to] = true;
  }
  for (const Relation& r : relations) {
    const auto found = static_cast<std::int64_t>(modulo(result.offset[r.a] - result.offset[r.b]));
    if (r.votes > 0 && found != r.difference) {
      result.warnings.push_back("the heights of " + pair_name(r) +
                                " along the beam contradict those of the grains between them");
    }
  }
  for (std::size_t g = 1; g < grains.size(); ++g) {
    if (!known[g]) {
      result.warnings.push_back("the columns do not tell how the heights of grain " +
                                std::to_string(g) + " go with those of grain 0");
    }
  }
  return result;
}

}  // namespace adatom::reconstruct::detail
