#pragma once
// A trajectory that is read from where the last program stopped.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/crystal/trajectory.h"
#include "mobility/state_file.h"

namespace adatom::pipeline {

/// Where the structures of a trajectory are, one after another, and when.
class FollowedTrajectory {
 public:
  /// One pass over the file finds its frames.
  /// @param frame_time_ps between frames; empty: as the file says
  /// Frames that are not later than the one before, as a restart writes them again, are passed
  /// over.
  /// @throws InputError: as TrajectoryReader; times that nobody tells
  FollowedTrajectory(const std::filesystem::path& path, const crystal::TypeElements& elements,
                     std::optional<double> frame_time_ps);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t frames() const { return times_ps_.size(); }
  [[nodiscard]] double time_ps(std::size_t frame) const { return times_ps_[frame]; }
  /// Between the first two frames; 0 if there is one only.
  [[nodiscard]] double step_ps() const;
  /// What was passed over of the file.
  [[nodiscard]] std::vector<std::string> damage() const;
  /// Do all frames follow one another in this step?
  [[nodiscard]] bool regular() const;
  /// @throws InputError naming the file and frame
  [[nodiscard]] crystal::Structure read(std::size_t frame);

  /// By which the first `frames` frames are known again.
  [[nodiscard]] nlohmann::ordered_json mark(std::size_t frames);
  /// How many frames were read when the mark was made, if they are those of this file. A longer
  /// file may begin with them.
  [[nodiscard]] std::optional<std::size_t> marked(const nlohmann::ordered_json& mark);

 private:
  [[nodiscard]] std::string hash_of(std::size_t frame);
  std::filesystem::path path_;
  crystal::TrajectoryReader reader_;
  std::vector<std::size_t> kept_;  ///< numbers in the file
  std::vector<double> times_ps_;   ///< of those
};

/// The error, with the file and frame that it is about.
[[nodiscard]] std::string frame_place(const std::filesystem::path& path, std::size_t frame);

/// The files that are named: those of a folder of `adatom md` for the folder, those that match a
/// pattern. @throws InputError: nothing there
[[nodiscard]] std::vector<std::filesystem::path> list_trajectories(
    std::span<const std::string> names);

/// Names that tell them apart: "cu55_300K_s1" for cu55_300K_s1/trajectory.xyz, else the file's.
[[nodiscard]] std::vector<std::string> name_trajectories(
    std::span<const std::filesystem::path> paths);

/// From summary.json beside it, as `adatom md` writes it, else from the name of the file or of its
/// folder, as in "cu55_300K_s1". Nothing: neither says.
[[nodiscard]] std::optional<double> guess_temperature_k(const std::filesystem::path& path);

}  // namespace adatom::pipeline
