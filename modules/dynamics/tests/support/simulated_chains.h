#pragma once
// Labels of atoms that are simulated Markov chains, so that every answer is known.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "adatom/base/random.h"

namespace adatom::dynamics::testing {

/// Rows sum to one.
using Matrix = std::vector<std::vector<double>>;

/// The distribution that the matrix leaves as it is.
std::vector<double> stationary(const Matrix& matrix);

Matrix power(const Matrix& matrix, int exponent);

/// Labels frame after frame. Every atom starts in the stationary distribution. Atoms that are
/// neighbours in groups of `together` do the same in every frame.
std::vector<std::uint8_t> simulate_chains(const Matrix& matrix, std::size_t atoms,
                                          std::size_t frames, const RandomStream& random,
                                          std::size_t together = 1);

}  // namespace adatom::dynamics::testing
