#pragma once
// What the tables of `adatom saed` say over time.
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/diffraction/rings.h"
#include "adatom/numeric/autocorrelation.h"
#include "adatom/numeric/periodogram.h"
#include "adatom/pipeline/manifest.h"
#include "saed/saed_frames.h"
#include "saed/saed_pattern.h"

namespace adatom::pipeline {

/// A number over the frames in which it is known.
struct TimedValues {
  std::vector<double> time_s;
  std::vector<double> value;
  std::vector<double> stderr_value;
};

/// The mean over a window of time. Its error is the larger of that of the values' own errors and
/// that of their scatter, correlations in time regarded (numeric/blocking.h).
struct WindowMean {
  double value = 0.0;
  double stderr_value = 0.0;
  std::size_t frames = 0;
  bool determined = false;  ///< false: too few frames for their correlations
};

/// One phase over time.
struct PhaseSeries {
  std::string name;
  TimedValues intensity_fraction;
  TimedValues volume_fraction;
  TimedValues a_angstrom;
  std::optional<WindowMean> intensity_mean;  ///< nothing: no frame in the window
  std::optional<WindowMean> volume_mean;
  std::optional<numeric::Periodogram>
      periodogram;  ///< of the intensity fraction; nothing: too short
  std::optional<numeric::Autocorrelation> autocorrelation;
};

struct SaedResults {
  std::vector<PhaseSeries> phases;
  TimedValues centre_x_px;
  TimedValues centre_y_px;
  TimedValues ellipse_ratio;
  TimedValues ellipse_angle_deg;
  TimedValues chi2_per_dof;
  std::size_t frames = 0;
  std::size_t not_converged = 0;
  std::size_t with_unexplained = 0;  ///< with a peak left over that no ring explains
  std::size_t first_unexplained = 0;
  std::size_t without_centre = 0;  ///< measured about the reference's
  std::size_t saturated = 0;       ///< with saturated pixels that the mask does not hold
  std::size_t first_saturated = 0;
};

/// @throws InputError: a table that is not as it was written; Interrupted
[[nodiscard]] SaedResults read_saed_results(const SaedOptions& options, const SaedPattern& pattern,
                                            const std::filesystem::path& folder,
                                            Progress& progress);

/// Amplitudes count as seen with a probability below this of being chance.
constexpr double oscillation_significance = 0.01;

[[nodiscard]] Remarks saed_remarks(const SaedOptions& options, const SaedPattern& pattern,
                                   const SaedResults& results);
[[nodiscard]] std::string saed_summary_json(const SaedOptions& options, const SaedPattern& pattern,
                                            const SaedResults& results);
/// Mask, geometry, scale; the centre of every frame.
[[nodiscard]] std::string saed_geometry_json(const SaedOptions& options, const SaedPattern& pattern,
                                             const SaedResults& results);

}  // namespace adatom::pipeline
