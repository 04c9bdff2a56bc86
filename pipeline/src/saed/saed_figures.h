#pragma once
// Pictures of `adatom saed`.
#include <filesystem>
#include <span>
#include <vector>

#include "adatom/report/figure.h"
#include "saed/saed_frames.h"
#include "saed/saed_pattern.h"
#include "saed/saed_polar.h"
#include "saed/saed_results.h"

namespace adatom::pipeline {

/// The mean of the first frames with the fitted rings; what does not count is pink.
[[nodiscard]] report::Figure draw_pattern(const SaedPattern& pattern);
/// The same over radius and azimuth: rings of a right geometry are straight.
[[nodiscard]] report::Figure draw_unrolled(const SaedPolar& polar);
/// Its profile with the fit, and the residual in standard errors.
[[nodiscard]] std::vector<report::Figure> draw_profile(const SaedPattern& pattern);
/// Profiles over time.
[[nodiscard]] report::Figure draw_profile_map(const std::filesystem::path& folder,
                                              const ProfileBins& bins, std::size_t frames,
                                              double frame_time_s);
/// Fractions over time, with the sinusoid where there is one.
[[nodiscard]] std::vector<report::Figure> draw_fractions(const SaedResults& results);
/// How strong each period is.
[[nodiscard]] std::vector<report::Figure> draw_periods(const SaedResults& results);
/// Lattices, centre and quality of the fit over time.
[[nodiscard]] std::vector<report::Figure> draw_course(const SaedOptions& options,
                                                      const SaedPattern& pattern,
                                                      const SaedResults& results);

}  // namespace adatom::pipeline
