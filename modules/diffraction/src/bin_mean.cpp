#include "bin_mean.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace adatom::diffraction {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// What of the weight must be left for a variance to be known.
constexpr double least_freedom = 1e-6;

}  // namespace

double variance_about_mean(const BinSums& sums) {
  const double freedom = sums.w - sums.w2 / sums.w;
  if (!(freedom > least_freedom * sums.w)) return infinity;
  return std::max(sums.wd2 - sums.wd * sums.wd / sums.w, 0.0) / freedom;
}

double variance_about_line(const BinSums& sums) {
  const double uu = sums.wu2 - sums.wu * sums.wu / sums.w;
  // Radii come as floats.
  if (!(uu > 1e-6 * sums.w)) return variance_about_mean(sums);
  const double freedom = sums.w - 2.0 * sums.w2 / sums.w;
  if (!(freedom > least_freedom * sums.w)) return infinity;
  const double ud = sums.wud - sums.wu * sums.wd / sums.w;
  return std::max(sums.wd2 - sums.wd * sums.wd / sums.w - ud * ud / uu, 0.0) / freedom;
}

BinMean mean_of(const BinSums& sums, const IntegrateOptions& options) {
  if (!(sums.w > 0.0)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  BinMean mean;
  mean.intensity = sums.pivot + sums.wd / sums.w;
  double variance = 0.0;
  if (options.error_model == ErrorModel::azimuthal) {
    variance = variance_about_line(sums) * sums.w2;
  } else {
    const double electron = options.gain * sums.w2 / sums.w;
    variance = std::max(
        options.gain * (sums.pivot * sums.w2 + sums.w2d) + options.readout_variance * sums.w2,
        electron * electron);
  }
  mean.stderr_counts = std::sqrt(variance) / sums.w;
  return mean;
}

void sum_bin(const float* frame, const SplitMatrix& matrix, std::size_t index, BinSums& sums) {
  const std::size_t begin = matrix.begin[index];
  sum_bin(frame, matrix.pixel.data() + begin, matrix.weight.data() + begin,
          matrix.offset.empty() ? nullptr : matrix.offset.data() + begin,
          matrix.begin[index + 1] - begin, sums);
}

}  // namespace adatom::diffraction
