#pragma once
// From detector units to fractions of the incident beam.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"

namespace adatom::preprocess {

enum class NormaliseMethod { off, levels, detector_map };

struct NormaliseOptions {
  NormaliseMethod method = NormaliseMethod::off;
  std::optional<double> vacuum_level;    ///< levels: the signal with no electron on the detector
  std::optional<double> detector_level;  ///< levels: the signal with the whole beam on it
  InputFile detector_map;  ///< detector_map: an image of the detector scanned by the bare beam

  void describe(OptionVisitor& v);
  /// Ranges, and what the chosen method needs.
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The two levels, and how they were found.
struct DetectorLevels {
  double vacuum_level = 0.0;
  double detector_level = 1.0;
  // From a map only:
  double vacuum_stderr = 0.0;
  double detector_stderr = 0.0;       ///< of the mean, from the spread of the response
  double response_relative_sd = 0.0;  ///< s.d. of the response over the active area / mean response
  std::int64_t detector_pixels = 0;
  std::int64_t vacuum_pixels = 0;
  std::vector<std::string> warnings;
};

/// Splits a detector map into active area and vacuum at the threshold that separates the two
/// classes best (Otsu, IEEE Trans. SMC 9 (1979) 62) and takes the mean of each, without the pixels
/// at their border, which the probe's width blurs.
/// @throws InputError: not finite, no two levels in it
[[nodiscard]] DetectorLevels measure_detector_map(const Grid<double>& map);

/// (image - vacuum) / (detector - vacuum). @throws InputError: levels equal or not finite
[[nodiscard]] Grid<double> normalise(Grid<double> image, const DetectorLevels& levels);

}  // namespace adatom::preprocess

namespace adatom {
template <>
struct EnumNames<preprocess::NormaliseMethod> {
  static constexpr std::array names = {"off", "levels", "detector_map"};
};
}  // namespace adatom
