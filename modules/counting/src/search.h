#pragma once
// Where the expectation-maximisation of each method starts, and what it finds.
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/base/random.h"
#include "candidate.h"

namespace adatom::counting {

/// All answers found: for every number of components one or more, the most likely first.
using Candidates = std::vector<std::vector<Candidate>>;

/// Free means, K = 1..most; component k holds k atoms.
[[nodiscard]] Candidates search_free(const Sample& sample, std::size_t most,
                                     const CountingOptions& options, const RandomStream& random,
                                     Progress& progress);

/// Means offset + k step, |offset| below half a step, k = 1..K, K = 1..most.
[[nodiscard]] Candidates search_equidistant(const Sample& sample, std::size_t most,
                                            const CountingOptions& options,
                                            const RandomStream& random, Progress& progress);

/// Means a M_k, k = 1..K (0 too if allowed), K = 1..most (De wael et al., Ultramicroscopy 177
/// (2017) 69): `most` is at most the library's length.
[[nodiscard]] Candidates search_hybrid(const Sample& sample, const Library& library,
                                       std::size_t most, const CountingOptions& options,
                                       const RandomStream& random, Progress& progress);

/// Means M_k, k = 1..most (0 too if allowed): only weights and sigma are fitted.
[[nodiscard]] Candidate fit_library(const Sample& sample, const Library& library, std::size_t most,
                                    const CountingOptions& options);

/// Means M_1..M_K, with 0 in front if zero atoms are allowed; and the counts that belong to them.
[[nodiscard]] std::vector<double> library_means(const Library& library, std::size_t components,
                                                bool allow_zero);
[[nodiscard]] std::vector<std::int64_t> library_atoms(std::size_t components, bool allow_zero);

}  // namespace adatom::counting
