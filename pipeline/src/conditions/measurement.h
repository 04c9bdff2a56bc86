#pragma once
// What is compared between conditions: one number of one video, with its error.
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "track/track_options.h"

namespace adatom::pipeline {

/// What a number is. Quantities are the same if name and lag are (within 1 %).
struct Quantity {
  std::string name;       ///< "share_faster"
  std::string label;      ///< "faster than 10 nm/s, as measured"
  std::string unit = {};  ///< empty: a share or a number
  std::optional<double> lag_s = {};
  [[nodiscard]] bool same_as(const Quantity& other) const;
  /// With its lag: "faster than 10 nm/s, as measured, over 0.2 s".
  [[nodiscard]] std::string text() const;
};

struct Measurement {
  Quantity quantity;
  double value = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  /// An interval of its own, such as Wilson's of a share; else that of the standard error.
  std::optional<double> low = {};
  std::optional<double> high = {};
  /// Of rates: what was counted, and the time it was counted in.
  std::optional<double> events = {};
  std::optional<double> exposure = {};
  std::string warning = {};  ///< why it says little
};

struct SpeedHistogram {
  double lag_s = 0.0;
  double displacements = 0.0;
  std::vector<double> edges_nm_per_s;
  std::vector<double> share;
  std::vector<double> corrected_share;
};

/// All that is compared of one video.
struct VideoNumbers {
  std::int64_t frames = 0;
  std::int64_t tracks = 0;
  double length_s = 0.0;
  std::vector<Measurement> measurements;
  std::vector<SpeedHistogram> histograms;
};

/// From what `adatom track` wrote into `folder`.
/// @throws InputError: files that are missing or none of its
[[nodiscard]] VideoNumbers read_video_numbers(const std::filesystem::path& folder,
                                              const TrackOptions& options);

}  // namespace adatom::pipeline
