#pragma once
// An annular detector as options name it.
#include <optional>
#include <string_view>
#include <vector>

namespace adatom::pipeline {

struct DetectorRange {
  double inner_mrad = 0.0;
  double outer_mrad = 0.0;
};

/// "40:160": inner and outer angle in mrad, 0 <= inner < outer. Nothing: no such text.
[[nodiscard]] std::optional<DetectorRange> parse_detector_range(std::string_view text);

/// "40:160,60:200"; empty if the text is no such list.
[[nodiscard]] std::vector<DetectorRange> parse_detector_ranges(std::string_view text);

}  // namespace adatom::pipeline
