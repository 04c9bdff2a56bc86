#pragma once
// The tree of a hierarchical clustering, leaves one below the other.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adatom/numeric/hierarchical_clustering.h"
#include "adatom/report/atom_kinds.h"
#include "adatom/report/figure.h"

namespace adatom::report {

struct DendrogramOptions {
  std::string title = {};
  std::string height_label = "distance";  ///< with its unit
  std::vector<std::string> leaves = {};   ///< one label for each item; empty: their numbers
  std::optional<double> cut = {};         ///< a dashed line at this height
  /// Kinds of leaves: colours of labels and of branches that hold one kind only, with a legend.
  /// Empty: the clusters of the cut get colours.
  std::vector<AtomKind> kinds = {};
  std::vector<std::size_t> kind = {};  ///< of each item
  FigureWidth width = FigureWidth::page;
};

/// Heights to the right. 47 leaves are readable on a page.
/// @throws InputError if the numbers of leaves, kinds and items do not fit
[[nodiscard]] Figure draw_dendrogram(const numeric::ClusterTree& tree,
                                     const DendrogramOptions& options);

}  // namespace adatom::report
