#pragma once
// The frames of a series, measured side by side and written in their order.
#include <cstddef>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "adatom/base/error.h"
#include "adatom/base/progress.h"
#include "saed/saed_pattern.h"
#include "saed/saed_profiles.h"

namespace adatom::pipeline {

/// Writes rings.csv, phase_fraction.csv, lattices.csv, fits.csv and the numbers of the profiles
/// while frames are read, and a state to go on from: after an interruption, or when the series has
/// become longer.
class SaedFrames {
 public:
  SaedFrames(const SaedOptions& options, const SaedPattern& pattern,
             const image::FrameSeries& series, double frame_time_s, std::filesystem::path folder);

  /// All frames that can be read; the complaint about the first that cannot, if one is there.
  /// @throws Interrupted, with the state on the disk
  [[nodiscard]] std::optional<InputError> measure(Progress& progress);

  [[nodiscard]] std::size_t frames() const { return read_; }         ///< that were read
  [[nodiscard]] std::size_t found_frames() const { return found_; }  ///< of these by earlier calls
  [[nodiscard]] const ProfileBins& bins() const { return bins_; }
  [[nodiscard]] double frame_time_s() const { return frame_time_s_; }

 private:
  class Tables;
  void save(Tables& tables);
  void restore();

  const SaedPattern& pattern_;
  const image::FrameSeries& series_;
  double frame_time_s_;
  std::filesystem::path folder_;
  ProfileBins bins_;
  nlohmann::ordered_json identity_;
  nlohmann::ordered_json bytes_ = nlohmann::ordered_json::object();
  std::size_t read_ = 0;
  std::size_t found_ = 0;
};

}  // namespace adatom::pipeline
