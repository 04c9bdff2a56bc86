#include "intensity_unit.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::columns {
namespace {

// 1e-100 to 1e100: beyond, the factor itself would spoil the dose.
constexpr int largest_exponent = 332;

}  // namespace

IntensityUnit::IntensityUnit(const Grid<double>& image) {
  double largest = 0.0;
  for (const double value : image.values()) largest = std::max(largest, std::abs(value));
  if (largest > 0.0) std::frexp(largest, &exponent_);
  exponent_ = std::clamp(exponent_, -largest_exponent, largest_exponent);
}

Raster IntensityUnit::to_unit(const Grid<double>& image) const {
  Raster scaled(image);
  const double factor = std::ldexp(1.0, -exponent_);
  for (std::size_t y = 0; y < image.height(); ++y) {
    double* row = scaled.row(y);
    for (std::size_t x = 0; x < image.width(); ++x) row[x] *= factor;
  }
  return scaled;
}

FitOptions IntensityUnit::to_unit(const FitOptions& options) const {
  FitOptions scaled = options;
  if (scaled.dose_per_angstrom2) {
    scaled.dose_per_angstrom2 = std::ldexp(*scaled.dose_per_angstrom2, exponent_);
  }
  return scaled;
}

void IntensityUnit::restore(const FitOptions& options, FitResult& result) const {
  const double factor = std::ldexp(1.0, exponent_);
  for (Column& c : result.columns) {
    for (double* value : {&c.height, &c.scs_angstrom2, &c.height_stderr, &c.scs_stderr_angstrom2}) {
      *value *= factor;
    }
  }
  Background& b = result.background;
  for (double* value : {&b.level, &b.slope_x_per_angstrom, &b.slope_y_per_angstrom, &b.level_stderr,
                        &b.slope_x_stderr_per_angstrom, &b.slope_y_stderr_per_angstrom}) {
    *value *= factor;
  }
  for (double& value : result.model.values()) value *= factor;
  result.sum_squared_residuals *= factor * factor;
  if (options.noise == NoiseModel::gaussian) {
    result.log_likelihood -= static_cast<double>(result.model.size()) *
                             static_cast<double>(exponent_) * std::numbers::ln2;
  }
}

}  // namespace adatom::columns
