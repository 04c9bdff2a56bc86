#pragma once
// The tables of `adatom environments`, as CSV, and its summary, as JSON.
#include <string>
#include <vector>

#include "environments/results.h"

namespace adatom::pipeline {

/// trajectory,label,atoms,...: each trajectory, and with several "all".
[[nodiscard]] std::string populations_csv(const EnvironmentsResult& result);
/// frame,time_ns and the number of atoms with each label.
[[nodiscard]] std::string populations_over_time_csv(const TrajectoryResult& trajectory,
                                                    const CountedLabels& counted);
/// A row for each structure and a column for each label: of the first frames.
[[nodiscard]] std::string class_counts_csv(const EnvironmentsResult& result);
/// from,to,count,probability,low,high,time_ns
[[nodiscard]] std::string transitions_csv(const dynamics::TransitionMatrix& matrix,
                                          const CountedLabels& counted);
/// The same rows with rates and the other intervals.
[[nodiscard]] std::string transition_details_csv(const dynamics::TransitionMatrix& matrix,
                                                 const CountedLabels& counted);
[[nodiscard]] std::string residence_csv(const EnvironmentsResult& result);
[[nodiscard]] std::string survival_csv(const TrajectoryResult& trajectory,
                                       const CountedLabels& counted);
/// Chapman-Kolmogorov: what was counted in longer windows and what the shortest predicts.
[[nodiscard]] std::string markov_csv(const EnvironmentsResult& result);
[[nodiscard]] std::string timescales_csv(const EnvironmentsResult& result);
/// How many atoms are how far from the nearest environment.
[[nodiscard]] std::string distances_csv(const EnvironmentsResult& result);
/// The atoms of the particle that is drawn.
[[nodiscard]] std::string particle_csv(const TrajectoryResult& trajectory,
                                       const dynamics::EnvironmentDictionary& dictionary);

[[nodiscard]] std::string markov_text(dynamics::MarkovVerdict verdict);
[[nodiscard]] std::string plateau_text(dynamics::PlateauVerdict verdict);

}  // namespace adatom::pipeline
