#pragma once
// Is an answer to be trusted? Every method has its own ways to be wrong without showing it.
#include <string>
#include <vector>

#include "search.h"

namespace adatom::counting {

/// The answer, whether it is determined, and why.
struct Verdict {
  Candidate best;
  bool determined = false;
  std::string reason;
  std::vector<Alternative> alternatives;
  std::vector<std::string> warnings;
};

[[nodiscard]] Verdict judge_free(const Sample& sample, const Candidates& found,
                                 const std::optional<Library>& library,
                                 const CountingOptions& options);
[[nodiscard]] Verdict judge_equidistant(const Sample& sample, const Candidates& found,
                                        const CountingOptions& options);
[[nodiscard]] Verdict judge_hybrid(const Sample& sample, const Candidates& found,
                                   const Library& library, const CountingOptions& options);
/// @param scaled the hybrid fit of the same data, which may scale the library
[[nodiscard]] Verdict judge_library(const Sample& sample, Candidate best, const Candidate& scaled,
                                    const Library& library, const CountingOptions& options);

/// Standard deviation of component k: sigma, with what else its variance holds (the mean of the
/// items' own variances, or mean/dose).
[[nodiscard]] double component_sigma(const Sample& sample, const numeric::Mixture& mixture,
                                     std::size_t k);

/// Mean over the items of the chance that a column is counted right when it may be taken for its
/// neighbours only: (erf(d1 / (2 sqrt2 sigma)) + erf(d2 / (2 sqrt2 sigma))) / 2, d1 and d2 the
/// distances to the two neighbouring means (none beyond the ends).
[[nodiscard]] double separation_probability(const Sample& sample, const Candidate& candidate);

}  // namespace adatom::counting
