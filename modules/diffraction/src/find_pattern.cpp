#include "adatom/diffraction/find_pattern.h"

namespace adatom::diffraction {

void FindPatternOptions::describe(OptionVisitor& v) {
  v.visit_group("mask", "pixels that do not count", mask);
  v.visit_group("geometry", "centre and ellipse", geometry);
}

std::vector<OptionIssue> FindPatternOptions::validate() const {
  auto issues = mask.validate();
  for (auto& issue : issues) issue.name = "mask." + issue.name;
  for (auto& issue : geometry.validate()) {
    issues.push_back({"geometry." + issue.name, issue.message});
  }
  return issues;
}

PatternResult find_pattern(std::span<const Grid<double>> frames, const Mask& given,
                           const FindPatternOptions& options) {
  require_valid(options.validate());
  PatternResult result;
  result.mask = find_mask(frames, given, options.mask);
  const Grid<double> mean = upright(mean_frame(frames), result.mask);
  result.geometry = find_geometry(mean, result.mask.mask, options.geometry);
  if (options.mask.beam_stop == BeamStopSearch::none) return result;
  add_beam_stop(result.mask, mean, result.geometry.geometry, options.mask);
  if (result.mask.count(MaskReason::beam_stop) > 0) {
    result.geometry = find_geometry(mean, result.mask.mask, options.geometry);
  }
  return result;
}

}  // namespace adatom::diffraction
