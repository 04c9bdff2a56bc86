#pragma once
// Sentences of the page of `adatom environments`.
#include <string>
#include <vector>

#include "environments/results.h"

namespace adatom::pipeline {

/// How everything was done, with formulas and papers.
[[nodiscard]] std::vector<std::string> method_texts(const EnvironmentsResult& result,
                                                    const EnvironmentsOptions& options);
[[nodiscard]] std::string markov_sentence(const TrajectoryResult& trajectory);
/// "s to c (2), e": classes of the atoms of an event.
[[nodiscard]] std::string changes_text(const dynamics::RareEvent& event,
                                       const CountedLabels& counted);
/// Whose populations the trajectory is too short to know the errors of; empty: of none.
[[nodiscard]] std::string undetermined_text(const EnvironmentsResult& result);
/// Of single structures.
[[nodiscard]] std::string single_text();
/// Of several trajectories.
[[nodiscard]] std::string averages_text();

}  // namespace adatom::pipeline
