#include "adatom/pipeline/detector_range.h"

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

}  // namespace adatom::pipeline
