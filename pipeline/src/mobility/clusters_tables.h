#pragma once
// Lines of the files of `adatom clusters`.
#include <cstddef>
#include <string>

#include "adatom/crystal/structure.h"
#include "adatom/dynamics/clusters.h"

namespace adatom::pipeline {

[[nodiscard]] std::string clusters_header();
/// What one frame shows.
[[nodiscard]] std::string clusters_row(std::size_t frame, double time_ps,
                                       const dynamics::FrameClusters& frame_clusters);

[[nodiscard]] std::string events_header();
/// Atoms are counted from 1, as in the trajectory.
[[nodiscard]] std::string events_row(const dynamics::ClusterEvent& event);

/// How many clusters of each size a frame has on average.
[[nodiscard]] std::string sizes_csv(const dynamics::FrameHistogram& sizes);

/// The frame with the columns cluster (0 is the main one, others by size), cluster_size and away.
[[nodiscard]] std::string coloured_frame(const crystal::Structure& structure,
                                         const dynamics::FrameClusters& clusters,
                                         const dynamics::ClusterTracker& tracker, double time_ps);

}  // namespace adatom::pipeline
