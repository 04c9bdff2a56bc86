#pragma once
// The pictures and the page of `adatom clusters`.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "adatom/dynamics/clusters.h"
#include "adatom/report/figure.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// What the files hold.
struct ClustersShown {
  std::vector<double> times_ps;  ///< of the frames
  std::vector<double> outside;   ///< atoms outside the main cluster
  storage::Table events;
  storage::Table sizes;
  dynamics::ClusterOptions distances;
  std::size_t atoms = 0;
};

struct ClustersFigures {
  report::Figure outside;  ///< atoms outside the main cluster over time
  report::Figure sizes;    ///< clusters per frame by size
};

/// From clusters.csv, line by line: the table as a whole may be long.
/// @throws InputError: lines that are none of the table's
void read_outside(const std::filesystem::path& table, ClustersShown& shown);

[[nodiscard]] ClustersFigures draw_clusters(const ClustersShown& shown);

[[nodiscard]] std::string clusters_report(const ClustersShown& shown,
                                          const ClustersFigures& figures,
                                          const std::vector<std::string>& warnings,
                                          const std::string& configuration);

}  // namespace adatom::pipeline
