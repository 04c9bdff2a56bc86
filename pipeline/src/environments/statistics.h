#pragma once
// What the labels of a trajectory tell: how many atoms are where, how often they change.
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/dictionary.h"
#include "adatom/dynamics/markov.h"
#include "adatom/dynamics/plateau.h"
#include "adatom/dynamics/populations.h"
#include "adatom/dynamics/residence.h"
#include "adatom/dynamics/transitions.h"
#include "adatom/pipeline/environments_options.h"
#include "environments/trajectory_plan.h"

namespace adatom::pipeline {

/// What is counted: names, and which of them each environment is.
struct CountedLabels {
  std::vector<std::string> names;
  std::vector<std::uint8_t> of_environment;
};
[[nodiscard]] CountedLabels counted_labels(const dynamics::EnvironmentDictionary& dictionary,
                                           LabelLevel level);

/// How far atoms are from the nearest known environment, all frames together.
struct DistanceCounts {
  static constexpr double bin_width = 0.01;
  static constexpr std::size_t bins = 142;  ///< to sqrt(2)
  std::array<std::uint64_t, bins> histogram = {};
  std::uint64_t atoms = 0;
  std::uint64_t unknown = 0;  ///< beyond the limit
  double sum = 0.0;
  [[nodiscard]] double unknown_share() const;
  [[nodiscard]] double mean() const;
};

struct TrajectoryStatistics {
  std::size_t counted_atoms = 0;
  DistanceCounts distances;
  dynamics::PopulationSeries series;
  std::vector<dynamics::Population> populations;
  /// The rest is empty for single structures and for trajectories that no window fits into.
  dynamics::Plateau plateau;
  std::size_t first_frame = 0;                           ///< the plateau's or the one asked for
  std::vector<dynamics::TransitionCounts> windows = {};  ///< of 1 to 5 times the length
  std::optional<dynamics::MarkovTest> markov = {};
  std::vector<dynamics::Residence> residences = {};
  std::vector<std::string> warnings = {};
  std::vector<std::string> shortfalls = {};
};

/// @param labels a LabelFile with all frames of the plan
/// @param mask one flag for each atom
/// @throws InputError: a window that is no multiple of the time between frames; Interrupted
[[nodiscard]] TrajectoryStatistics gather_statistics(
    const std::filesystem::path& labels, const TrajectoryPlan& plan, const CountedLabels& counted,
    std::span<const std::uint8_t> mask, const EnvironmentsOptions& options, Progress& progress);

[[nodiscard]] dynamics::TransitionOptions transition_options(const EnvironmentsOptions& options,
                                                             std::size_t window_frames);

}  // namespace adatom::pipeline
