#pragma once
// The files of `adatom lindemann` besides its pictures.
#include <string>
#include <vector>

#include "mobility/lindemann_curves.h"

namespace adatom::pipeline {

/// A row for each temperature and group.
[[nodiscard]] std::string lindemann_csv(const LindemannCurves& curves);
/// A row for each trajectory and atom.
[[nodiscard]] std::string per_atom_csv(const std::vector<TrajectoryIndices>& trajectories,
                                       const LindemannCurves& curves);
/// P(r) of each temperature and group.
[[nodiscard]] std::string radial_csv(const LindemannCurves& curves);
/// The index of each trajectory and group over its first frames: it grows with their number.
[[nodiscard]] std::string growth_csv(const std::vector<TrajectoryIndices>& trajectories,
                                     const LindemannCurves& curves);
/// A row for each group and way to say where it melts.
[[nodiscard]] std::string onset_csv(const LindemannCurves& curves);
[[nodiscard]] std::string onset_json(const LindemannCurves& curves);

}  // namespace adatom::pipeline
