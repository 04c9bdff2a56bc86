#pragma once
// The figures of `adatom environments`.
#include <optional>
#include <string>
#include <vector>

#include "adatom/report/figure.h"
#include "environments/results.h"

namespace adatom::pipeline {

/// The last frame, whole and cut open, every atom in the colour of its class.
[[nodiscard]] report::Figure draw_environments(const TrajectoryResult& trajectory,
                                               const EnvironmentsResult& result);
/// The first frames beside the means.
[[nodiscard]] report::Figure draw_populations(const EnvironmentsResult& result);
/// Two panels at most, of half the labels each; the beginning of the plateau is marked.
[[nodiscard]] std::vector<report::Figure> draw_populations_over_time(
    const TrajectoryResult& trajectory, const EnvironmentsResult& result);
[[nodiscard]] report::Figure draw_transitions(const dynamics::TransitionMatrix& matrix,
                                              const EnvironmentsResult& result,
                                              const EnvironmentsOptions& options);
[[nodiscard]] report::Figure draw_chord_diagram(const dynamics::TransitionMatrix& matrix,
                                                const EnvironmentsResult& result);
[[nodiscard]] std::string chords_csv(const dynamics::TransitionMatrix& matrix,
                                     const EnvironmentsResult& result);
/// Two panels at most; none without visits.
[[nodiscard]] std::vector<report::Figure> draw_survival(const TrajectoryResult& trajectory,
                                                        const EnvironmentsResult& result);
[[nodiscard]] report::Figure draw_distances(const EnvironmentsResult& result,
                                            const EnvironmentsOptions& options);

/// The dictionary as a tree (complete linkage of SOAP distances).
struct DictionaryTree {
  report::Figure figure;
  std::string csv;            ///< cluster_a,cluster_b,distance,environments
  std::optional<double> cut;  ///< a distance at which the tree falls into the classes
};
[[nodiscard]] DictionaryTree draw_dictionary(const EnvironmentsResult& result);

}  // namespace adatom::pipeline
