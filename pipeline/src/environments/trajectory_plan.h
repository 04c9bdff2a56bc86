#pragma once
// Which frames of a trajectory are used, and when they were.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adatom/crystal/trajectory.h"
#include "adatom/pipeline/environments_options.h"

namespace adatom::pipeline {

struct TrajectoryPlan {
  std::string name;  ///< of the file, or of its folder where it is called trajectory; not twice
  std::string file;  ///< without its folders
  std::filesystem::path path;
  std::shared_ptr<crystal::TrajectoryReader> reader;
  std::size_t atoms = 0;
  std::vector<std::size_t> frames;      ///< numbers in the file, in the order of time
  std::optional<double> frame_time_ps;  ///< between those; nothing of a single structure
  std::vector<std::string> warnings;
  [[nodiscard]] bool is_single() const { return frames.size() < 2; }
  /// Since the first frame; 0 without times.
  [[nodiscard]] double time_ps(std::size_t index) const {
    return frame_time_ps.value_or(0.0) * static_cast<double>(index);
  }
};

/// Frames whose timestep was there before, as a restart leaves them, are passed over.
/// @throws InputError with all that is wrong: no trajectory, a file that is none, frames of
/// different atoms, times that are unknown or not regular
[[nodiscard]] std::vector<TrajectoryPlan> plan_trajectories(const EnvironmentsOptions& options);

}  // namespace adatom::pipeline
