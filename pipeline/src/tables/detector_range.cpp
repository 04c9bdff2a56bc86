#include "adatom/pipeline/detector_range.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/number_text.h"

namespace adatom::pipeline {

std::optional<DetectorRange> parse_detector_range(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const auto inner = parse_double(text.substr(0, colon));
  const auto outer = parse_double(text.substr(colon + 1));
  if (!inner || !outer || !std::isfinite(*inner) || !std::isfinite(*outer)) return {};
  if (*inner < 0.0 || *outer <= *inner) return {};
  return DetectorRange{*inner, *outer};
}

std::vector<DetectorRange> parse_detector_ranges(std::string_view text) {
  std::vector<DetectorRange> detectors;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    const auto one = parse_detector_range(text.substr(0, end));
    if (!one) return {};
    detectors.push_back(*one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return detectors;
}

}  // namespace adatom::pipeline
