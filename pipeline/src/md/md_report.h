#pragma once
// The page about the runs of `adatom md`.
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/crystal/structure.h"
#include "adatom/md/dynamics.h"
#include "adatom/pipeline/md_options.h"
#include "adatom/report/figure.h"
#include "adatom/report/model.h"
#include "md/md_summary.h"

namespace adatom::pipeline {

/// What the energies of a table of runs are.
inline constexpr const char* md_energies =
    "Energies are those of the atoms with each other and with the walls and springs of the options "
    "(support).";

/// One replica as the page shows it.
struct ShownReplica {
  ReplicaSummary summary;
  crystal::Structure start;  ///< relaxed, or as it was given
  crystal::Structure end;
  std::vector<md::Thermo> thermalisation;
  std::vector<md::Thermo> production;
};

/// Pictures of one replica; those of atoms are also files of its folder.
struct ReplicaFigures {
  report::Figure start;
  report::Figure end;
  report::Figure temperature;
  report::Figure energy;
  report::ModelFrame start_model;  ///< the first two, to be turned
  report::ModelFrame end_model;
};

[[nodiscard]] ReplicaFigures draw_replica(const ShownReplica& replica, const MdOptions& options);

/// @param figures one for each summary
[[nodiscard]] std::string md_report(const std::vector<ReplicaSummary>& summaries,
                                    const std::vector<ReplicaFigures>& figures,
                                    const MdOptions& options,
                                    const std::vector<std::string>& warnings,
                                    const std::string& configuration);

}  // namespace adatom::pipeline
