#pragma once
// What a run does with its particles: molecular dynamics, environments, mobility, the film.
#include <cstdint>
#include <optional>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/pipeline/environments_options.h"
#include "adatom/pipeline/md_options.h"

namespace adatom::pipeline {

/// The options of `adatom md`. Its structures: those that are named, else the run's models.
struct MdStageOptions : MdOptions {
  bool enabled = false;

  void describe(OptionVisitor& v);
  /// Between two frames of a trajectory.
  [[nodiscard]] double frame_time_ps() const;
  /// Of the production.
  [[nodiscard]] double time_ps() const;
};

/// The options of `adatom environments`, of the run's own trajectories.
struct EnvironmentsStageOptions : EnvironmentsOptions {
  bool enabled = false;

  void describe(OptionVisitor& v);
};

/// Which atoms move, by LENS and by Lindemann indices.
struct MobilityOptions {
  bool enabled = false;
  std::optional<double> r_cut_angstrom = {};
  std::int64_t delay = 1;
  double discard_ps = 0.0;
  std::optional<double> window_ps = {};
  double mobile_lens = 0.1;
  double mobile_index = 0.1;

  void describe(OptionVisitor& v);
};

/// The whole series with the gaps between its frames filled by molecular dynamics.
struct FilmOptions {
  bool enabled = false;
  std::optional<double> frame_interval_s = {};
  std::optional<double> temperature_k = {};
  std::int64_t frames_between = 20;

  void describe(OptionVisitor& v);
};

/// What of these options cannot be together, with the names that they have in a run's
/// configuration.
[[nodiscard]] std::vector<OptionIssue> study_issues(const MdStageOptions& md,
                                                    const EnvironmentsStageOptions& environments,
                                                    const MobilityOptions& mobility,
                                                    const FilmOptions& film);

}  // namespace adatom::pipeline
