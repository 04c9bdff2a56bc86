#include "adatom/diffraction/integrate.h"

#include <cmath>

#include "adatom/base/parallel.h"
#include "bin_mean.h"
#include "float_pixels.h"
#include "radial_bins.h"
#include "split_matrix.h"

namespace adatom::diffraction {
namespace {

/// Bins in one piece of work: they differ in size, so pieces are small.
constexpr std::size_t mean_bins_at_once = 4;

std::vector<double> correlation_with_next(const SplitMatrix& matrix) {
  std::vector<double> squares(matrix.bins(), 0.0);
  for (std::size_t i = 0; i < matrix.bins(); ++i) {
    for (std::size_t k = matrix.begin[i]; k < matrix.begin[i + 1]; ++k) {
      const auto w = static_cast<double>(matrix.weight[k]);
      squares[i] += w * w;
    }
  }
  std::vector<double> correlation(matrix.bins(), 0.0);
  for (std::size_t i = 0; i + 1 < matrix.bins(); ++i) {
    const double both = squares[i] * squares[i + 1];
    if (both > 0.0) correlation[i] = matrix.next_product[i] / std::sqrt(both);
  }
  return correlation;
}

}  // namespace

void IntegrateOptions::describe(OptionVisitor& v) {
  v.visit({.name = "splitting", .help = "how a pixel is shared among the bins it lies in"},
          splitting);
  v.visit({.name = "s_min_per_angstrom",
           .unit = "1/angstrom",
           .help = "where the first bin begins",
           .min = 0.0},
          s_min_per_angstrom);
  v.visit({.name = "s_max_per_angstrom",
           .unit = "1/angstrom",
           .help = "where the last bin ends; empty: at the farthest pixel that counts",
           .min = 0.0},
          s_max_per_angstrom);
  v.visit({.name = "bins",
           .help = "number of bins; 0: each as wide as a pixel",
           .min = 0,
           .max = 1000000},
          bins);
  v.visit({.name = "error_model",
           .help = "errors from counting statistics, or from the spread of a bin's pixels"},
          error_model);
  v.visit({.name = "gain",
           .unit = "counts per electron",
           .help = "a pixel's variance is gain times counts plus that of the read-out",
           .min = 1e-9,
           .max = 1e9},
          gain);
  v.visit({.name = "readout_variance",
           .unit = "counts^2",
           .help = "variance of a pixel without electrons",
           .min = 0.0,
           .max = 1e18},
          readout_variance);
  v.visit({.name = "clip_sigma",
           .help = "clipped profiles leave out pixels so many standard deviations off",
           .min = 2.5,
           .max = 100.0},
          clip_sigma);
  v.visit({.name = "clip_cycles",
           .help = "clipped profiles are refined at most so many times",
           .min = 1,
           .max = 100},
          clip_cycles);
}

std::vector<OptionIssue> IntegrateOptions::validate() const {
  auto issues = check_ranges(*this);
  if (s_max_per_angstrom && !(*s_max_per_angstrom > s_min_per_angstrom)) {
    issues.push_back({"s_max_per_angstrom", "must be larger than s_min_per_angstrom"});
  }
  return issues;
}

Integrator::Integrator(std::size_t width, std::size_t height, const Geometry& geometry,
                       const Mask& mask, const IntegrateOptions& options)
    : width_(width), height_(height), options_(options) {
  const PolarBins bins = radial_bins(width, height, geometry, mask, options);
  s_min_ = bins.s_min;
  s_step_ = bins.s_step;
  matrix_ = std::make_unique<const SplitMatrix>(
      split_pixels(width, height, RoundPattern(geometry), mask, options, bins));
  require_pixels(*matrix_);
  neighbour_correlation_ = correlation_with_next(*matrix_);
}

Integrator::~Integrator() = default;
Integrator::Integrator(Integrator&&) noexcept = default;
Integrator& Integrator::operator=(Integrator&&) noexcept = default;

std::size_t Integrator::bins() const { return matrix_->bins(); }

std::size_t Integrator::bytes() const { return matrix_->bytes(); }

void Integrator::require_size(std::size_t width, std::size_t height) const {
  require_frame(width, height, width_, height_);
}

Profile Integrator::empty_profile() const {
  Profile profile;
  profile.s_first_per_angstrom = s_min_ + 0.5 * s_step_;
  profile.s_step_per_angstrom = s_step_;
  profile.intensity.resize(bins());
  profile.intensity_stderr.resize(bins());
  profile.weight.resize(bins());
  profile.variance_inflation.resize(bins());
  profile.neighbour_correlation = neighbour_correlation_;
  return profile;
}

Profile Integrator::integrate(const Pixels& frame) const {
  const std::size_t size = FloatPixels::size_of(frame);
  if (size != width_ * height_) require_size(size, 1);
  const FloatPixels pixels(frame);
  const SplitMatrix& matrix = *matrix_;
  Profile profile = empty_profile();
  parallel_ranges(bins(), mean_bins_at_once, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      BinSums sums;
      sum_bin(pixels.data(), matrix, i, sums);
      const BinMean mean = mean_of(sums, options_);
      profile.intensity[i] = mean.intensity;
      profile.intensity_stderr[i] = mean.stderr_counts;
      profile.weight[i] = sums.w;
      profile.variance_inflation[i] = sums.w > 0.0 ? sums.w / sums.w2 : 1.0;
    }
  });
  return profile;
}

}  // namespace adatom::diffraction
