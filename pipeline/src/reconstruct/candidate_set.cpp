#include "reconstruct/candidate_set.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace adatom::pipeline {
namespace {

using reconstruct::Candidate;
using reconstruct::ColumnModel;
using reconstruct::EnsembleSymmetry;

constexpr double rounding_angstrom = 1e-6;

double middle_of(const reconstruct::ModelColumn& column) {
  return 0.5 *
         (column.z_angstrom(column.bottom) + column.z_angstrom(column.bottom + column.atoms - 1));
}

/// Do the middles of every column in both keep one distance (or, reflected, one sum)?
bool agree(const ColumnModel& a, const ColumnModel& b, double sign) {
  std::optional<double> common;
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    if (a.columns[i].atoms != b.columns[i].atoms) return false;
    if (a.columns[i].atoms == 0) continue;
    const double value = middle_of(a.columns[i]) + sign * middle_of(b.columns[i]);
    if (!common) common = value;
    if (std::abs(value - *common) > rounding_angstrom) return false;
  }
  return true;
}

}  // namespace

bool are_same_particle(const ColumnModel& a, const ColumnModel& b, EnsembleSymmetry symmetry) {
  if (agree(a, b, -1.0)) return true;
  return symmetry == EnsembleSymmetry::shift_and_mirror && agree(a, b, 1.0);
}

void merge_candidates(reconstruct::SearchResult& all, reconstruct::SearchResult more,
                      EnsembleSymmetry symmetry, double window_ev, std::size_t least) {
  std::int64_t restarts = 0;
  for (const Candidate& one : all.candidates) restarts = std::max(restarts, one.restart + 1);
  for (Candidate& one : more.candidates) {
    one.restart += restarts;
    all.candidates.push_back(std::move(one));
  }
  all.accepted += more.accepted;
  all.tried += more.tried;
  std::ranges::stable_sort(all.candidates, {}, &Candidate::ranking_ev);
  // The same particles have the same energies, but for rounding.
  constexpr double rounding_ev = 1e-6;
  std::vector<Candidate> kept;
  for (Candidate& one : all.candidates) {
    bool known = false;
    for (std::size_t k = kept.size(); k > 0 && !known; --k) {
      if (one.ranking_ev - kept[k - 1].ranking_ev > rounding_ev) break;
      known = are_same_particle(one.model, kept[k - 1].model, symmetry);
    }
    if (known) continue;
    if (kept.size() >= least && one.ranking_ev > kept.front().ranking_ev + window_ev) break;
    kept.push_back(std::move(one));
  }
  all.candidates = std::move(kept);
}

}  // namespace adatom::pipeline
