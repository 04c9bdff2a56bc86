#pragma once
// Environments grouped into classes by how far their spectra are apart.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "adatom/numeric/hierarchical_clustering.h"

namespace adatom::dynamics {

/// Clusters of environments by complete linkage, as the published classes were made (Rapetti et
/// al., Commun. Chem. 6 (2023) 143).
struct EnvironmentClusters {
  std::vector<double> distances;  ///< between environments, condensed (numeric::condensed_index)
  numeric::ClusterTree tree;
  std::vector<std::size_t> cluster_of;  ///< of each environment, numbered as they first occur
  std::size_t clusters = 0;
  /// Every cut from `lowest_cut` on and below `highest_cut` (infinite if all are one) gives these
  /// clusters.
  double lowest_cut = 0.0;
  double highest_cut = 0.0;
};

/// @param spectra normalised, one after another; kernel or full layout
/// @throws InputError: spectra of other sizes; a cut that is negative or not finite
[[nodiscard]] EnvironmentClusters cluster_environments(std::span<const double> spectra,
                                                       std::size_t environments, double cut);

/// Names for clusters whose environments have known classes: that class, or, where several came
/// together, their names with "+" between ("s+c", in the order of the environments). Where a class
/// was split, its parts get numbers ("s 1", "s 2").
/// @return one for each cluster
[[nodiscard]] std::vector<std::string> name_clusters(std::span<const std::size_t> cluster_of,
                                                     std::span<const std::string> known_classes);

}  // namespace adatom::dynamics
