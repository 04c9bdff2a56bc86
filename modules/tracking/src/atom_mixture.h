#pragma once
// How likely a peak of an atom's filter is an atom, by how bright it is.
#include <vector>

#include "atom_filter.h"

namespace adatom::tracking {

/// For each bright peak the probability that it is an atom: the mixture of false ones, as many at
/// each response as false_discovery_rates has them, and of atoms, whose responses are normally
/// distributed (their number, mean and spread by maximum likelihood, EM; peaks below `least` are
/// not looked at and get 0). Where brighter is not likelier, as far out on both tails, it is as
/// likely. Falls along the list.
[[nodiscard]] std::vector<double> atom_probabilities(const ResponsePeaks& peaks, double least);

}  // namespace adatom::tracking
