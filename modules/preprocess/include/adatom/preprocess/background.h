#pragma once
// The level of the vacuum or support around the particle, and its subtraction.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"

namespace adatom::preprocess {

enum class BackgroundMethod { off, constant, plane };

struct BackgroundOptions {
  BackgroundMethod method = BackgroundMethod::off;
  /// Smoothed pixels above the background by more than this many standard deviations, and their
  /// surroundings, belong to the particle.
  double clip_sigma = 5.0;
  /// How far around such pixels the particle's tails are left out.
  std::int64_t margin_px = 6;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// level + slope_x (x - x_centre) + slope_y (y - y_centre), about the image's centre
/// ((width - 1) / 2, (height - 1) / 2), in pixels; standard errors for white noise.
struct BackgroundFit {
  double level = 0.0;
  double slope_x_per_px = 0.0;
  double slope_y_per_px = 0.0;
  double level_stderr = 0.0;
  double slope_x_stderr_per_px = 0.0;
  double slope_y_stderr_per_px = 0.0;
  double noise = 0.0;  ///< s.d. of the pixels about the fit
  std::int64_t pixels_used = 0;
  std::vector<std::string> warnings;  ///< too little vacuum to trust the fit
};

/// @throws InputError: invalid options, not finite, image smaller than 16 x 16
[[nodiscard]] BackgroundFit fit_background(const Grid<double>& image,
                                           const BackgroundOptions& options);

[[nodiscard]] Grid<double> subtract_background(Grid<double> image, const BackgroundFit& fit);

}  // namespace adatom::preprocess

namespace adatom {
template <>
struct EnumNames<preprocess::BackgroundMethod> {
  static constexpr std::array names = {"off", "constant", "plane"};
};
}  // namespace adatom
