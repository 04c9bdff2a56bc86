#pragma once
// The candidates of several searches as one list of different particles.
#include <cstddef>
#include <vector>

#include "adatom/reconstruct/ensemble.h"
#include "adatom/reconstruct/search_minima.h"

namespace adatom::pipeline {

/// Are both the same particle, shifted along the beam or (with shift_and_mirror) reflected across
/// it?
[[nodiscard]] bool are_same_particle(const reconstruct::ColumnModel& a,
                                     const reconstruct::ColumnModel& b,
                                     reconstruct::EnsembleSymmetry symmetry);

/// Adds what `more` found to `all`: lowest `ranking_ev` first, of the same particle the lower one,
/// of equals that of `all`. None more than `window_ev` above the lowest of both is kept, but the
/// lowest `least` are. Restarts of `more` are numbered on.
void merge_candidates(reconstruct::SearchResult& all, reconstruct::SearchResult more,
                      reconstruct::EnsembleSymmetry symmetry, double window_ev, std::size_t least);

}  // namespace adatom::pipeline
