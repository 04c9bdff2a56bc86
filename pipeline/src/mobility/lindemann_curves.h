#pragma once
// Indices of shells against temperature, from all trajectories.
#include <cstddef>
#include <string>
#include <vector>

#include "adatom/dynamics/onset.h"
#include "adatom/dynamics/radial.h"
#include "mobility/lindemann_run.h"

namespace adatom::pipeline {

/// One group of atoms at one temperature, all trajectories there together.
struct GroupIndex {
  double temperature_k = 0.0;  ///< NaN: not known
  std::string group;           ///< "all", "core", "shell", ...
  std::size_t atoms = 0;
  std::size_t trajectories = 0;
  std::size_t windows = 0;
  double window_ps = 0.0;
  /// Mean over windows; the error is the larger of those by the windows' and by the trajectories'
  /// scatter (NaN: one window).
  dynamics::Measured index;
  double whole_index = 0.0;  ///< over whole trajectories, mean of these
  double whole_ps = 0.0;     ///< their mean length
  std::vector<dynamics::RadialBin> radial;
};

struct GroupOnset {
  std::string group;
  std::vector<dynamics::CurvePoint> points;
  dynamics::OnsetResult onset;
};

struct LindemannCurves {
  /// Of each trajectory.
  std::vector<dynamics::Shells> shells;
  std::string shells_text;  ///< where they come from
  std::vector<std::string> groups;
  std::vector<GroupIndex> indices;  ///< by temperature, then group
  std::vector<GroupOnset> onsets;   ///< of each group; none without temperatures

  /// Of an atom's indices the mean over a group's atoms; NaN without any.
  [[nodiscard]] double mean_over(const std::vector<double>& of_atoms, std::size_t trajectory,
                                 std::size_t group) const;
  [[nodiscard]] std::vector<std::size_t> atoms_of(std::size_t trajectory, std::size_t group) const;
};

[[nodiscard]] LindemannCurves make_curves(const std::vector<TrajectoryIndices>& trajectories,
                                          const LindemannOptions& options);

}  // namespace adatom::pipeline
