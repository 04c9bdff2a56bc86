#pragma once
// The Lindemann indices of one trajectory, window after window.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/dynamics/lindemann.h"
#include "adatom/dynamics/radial.h"
#include "mobility/followed_trajectory.h"
#include "mobility/lindemann_options.h"

namespace adatom::pipeline {

/// The index of every atom over the first frames of a trajectory.
struct GrowingIndex {
  std::size_t frames = 0;
  std::vector<double> of_atoms;
};

/// Sums over the frames of a trajectory. Whole windows follow one another from the first frame on.
class WindowedIndices {
 public:
  WindowedIndices(std::size_t atoms, std::size_t window_frames);

  /// @param masses_u of the atoms
  void add(std::span<const Eigen::Vector3d> positions, std::span<const double> masses_u,
           const crystal::Box& box);

  [[nodiscard]] std::size_t frames() const { return whole_.frames() + window_.frames(); }
  /// Of each whole window the index of every atom.
  [[nodiscard]] const std::vector<std::vector<double>>& windows() const { return windows_; }
  /// After 8, 16, 32, ... frames.
  [[nodiscard]] const std::vector<GrowingIndex>& growth() const { return growth_; }
  [[nodiscard]] dynamics::LindemannSums all() const;
  [[nodiscard]] const dynamics::RadialSums& radial() const { return radial_; }

  [[nodiscard]] std::vector<double> numbers() const;
  /// @throws InputError: not those of so many atoms
  void restore(std::span<const double> numbers);

 private:
  std::size_t window_frames_;
  dynamics::LindemannSums whole_;   ///< whole windows
  dynamics::LindemannSums window_;  ///< the one that grows
  dynamics::RadialSums radial_;
  std::vector<std::vector<double>> windows_;
  std::vector<GrowingIndex> growth_;
};

/// A trajectory, before it is looked at.
struct LindemannInput {
  std::string name;
  std::filesystem::path path;
  std::optional<double> temperature_k;
};

/// 1, 2 or 5 times a power of ten, at most a quarter of this length.
[[nodiscard]] double window_for_length_ps(double length_ps);

/// What one trajectory gives.
struct TrajectoryIndices {
  LindemannInput input;
  std::vector<std::string> elements;  ///< of the atoms
  std::size_t frames = 0;             ///< that were used
  double step_ps = 0.0;
  std::size_t window_frames = 0;
  std::vector<std::vector<double>> windows;  ///< as WindowedIndices
  std::vector<GrowingIndex> growth;
  dynamics::LindemannIndices whole;
  double nearest_distance_angstrom = 0.0;
  dynamics::RadialSums radial{1};
  std::vector<std::string> warnings;

  /// Every frame stands for one step.
  [[nodiscard]] double length_ps(std::size_t count) const {
    return step_ps * static_cast<double>(count);
  }
};

/// The first frame that is not discarded.
/// @throws InputError: fewer than two are left
[[nodiscard]] std::size_t first_used_frame(const FollowedTrajectory& trajectory, double discard_ps);

/// Reads what is not in the state file yet, and keeps that up to date.
/// @param window_ps so many frames make a window as steps in it
/// @param progress advances by one for each frame read
/// @throws InputError; Interrupted, with the state written
[[nodiscard]] TrajectoryIndices measure_trajectory(
    FollowedTrajectory& trajectory, const LindemannInput& input, const LindemannOptions& options,
    double window_ps, const std::filesystem::path& state_file, Progress& progress);

}  // namespace adatom::pipeline
