#include "adatom/diffraction/integrate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "bin_mean.h"
#include "split_matrix.h"

namespace adatom::diffraction {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Bins in one piece of work: they differ in size, so pieces are small.
constexpr std::size_t bins_at_once = 16;

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

BinMean mean_of(const BinSums& sums, const IntegrateOptions& options) {
  if (!(sums.w > 0.0)) return {nan, nan};
  BinMean mean;
  mean.intensity = sums.pivot + sums.wd / sums.w;
  if (options.error_model == ErrorModel::poisson) {
    const double electron = options.gain * sums.w2 / sums.w;
    const double variance =
        options.gain * (sums.pivot * sums.w2 + sums.w2d) + options.readout_variance * sums.w2;
    mean.stderr_counts = std::sqrt(std::max(variance, electron * electron)) / sums.w;
    return mean;
  }
  const double freedom = sums.w - sums.w2 / sums.w;
  const double squares = std::max(sums.wd2 - sums.wd * sums.wd / sums.w, 0.0);
  mean.stderr_counts = freedom > 1e-6 * sums.w ? std::sqrt(squares / freedom * sums.w2) / sums.w
                                               : std::numeric_limits<double>::infinity();
  return mean;
}

Integrator::Integrator(std::size_t width, std::size_t height, const Geometry& geometry,
                       const Mask& mask, const IntegrateOptions& options)
    : width_(width), height_(height), options_(options), s_min_(options.s_min_per_angstrom) {
  require_valid(options.validate());
  if (!mask.empty() && (mask.width() != width || mask.height() != height)) {
    throw InputError(
        {.what = fmt::format("the mask has {} x {} pixels", mask.width(), mask.height()),
         .where = "azimuthal integration",
         .why = fmt::format("the frames have {} x {}", width, height),
         .remedy = "give a mask of the frames' size"});
  }
  if (width * height == 0 || width * height > std::numeric_limits<std::uint32_t>::max()) {
    throw InputError({.what = fmt::format("frames of {} x {} pixels", width, height),
                      .where = "azimuthal integration",
                      .why = "from 1 to 4294967295 pixels can be integrated",
                      .remedy = {}});
  }
  const RoundPattern map(geometry);
  const double farthest = farthest_corner(width, height, map, mask);
  if (!(farthest > s_min_)) {
    throw InputError(
        {.what = "no pixel counts",
         .where = "azimuthal integration",
         .why = farthest > 0.0 ? fmt::format("those that count end at {:.6g} 1/angstrom", farthest)
                               : std::string("the mask leaves none"),
         .remedy = "check mask, centre and s_min_per_angstrom"});
  }
  const double range = options.s_max_per_angstrom.value_or(farthest) - s_min_;
  PolarBins bins{.s_min = s_min_, .s_step = geometry.s_per_px};
  if (options.bins > 0) {
    bins.radii = static_cast<std::size_t>(options.bins);
    bins.s_step = range / static_cast<double>(options.bins);
  } else {
    // A whole number of bins as wide as a pixel, or with a given end as nearly so as it allows.
    const double pixels = range / geometry.s_per_px;
    const double count = options.s_max_per_angstrom ? std::round(pixels) : std::ceil(pixels);
    if (count > 1e6) {
      throw InputError({.what = fmt::format("{:.0f} bins as wide as a pixel", count),
                        .where = "azimuthal integration",
                        .why = "more than a million",
                        .remedy = "check the centre and s_max_per_angstrom"});
    }
    bins.radii = static_cast<std::size_t>(std::max(count, 1.0));
    if (options.s_max_per_angstrom) bins.s_step = range / static_cast<double>(bins.radii);
  }
  s_step_ = bins.s_step;
  SplitMatrix matrix = split_pixels(width, height, map, mask, options.splitting, bins);
  if (matrix.pixel.empty()) {
    throw InputError({.what = "no pixel counts",
                      .where = "azimuthal integration",
                      .why = "none lies between s_min_per_angstrom and s_max_per_angstrom",
                      .remedy = "check both, and the geometry"});
  }
  std::vector<double> squares(bins.radii, 0.0);
  for (std::size_t i = 0; i < bins.radii; ++i) {
    for (std::size_t k = matrix.begin[i]; k < matrix.begin[i + 1]; ++k) {
      squares[i] += static_cast<double>(matrix.weight[k] * matrix.weight[k]);
    }
  }
  neighbour_correlation_.assign(bins.radii, 0.0);
  for (std::size_t i = 0; i + 1 < bins.radii; ++i) {
    const double both = squares[i] * squares[i + 1];
    if (both > 0.0) neighbour_correlation_[i] = matrix.next_product[i] / std::sqrt(both);
  }
  matrix_ = std::make_unique<const SplitMatrix>(std::move(matrix));
}

Integrator::~Integrator() = default;
Integrator::Integrator(Integrator&&) noexcept = default;
Integrator& Integrator::operator=(Integrator&&) noexcept = default;

std::size_t Integrator::bins() const { return matrix_->bins(); }

std::size_t Integrator::bytes() const {
  return matrix_->pixel.size() * (sizeof(std::uint32_t) + sizeof(float)) +
         matrix_->begin.size() * sizeof(std::size_t);
}

void Integrator::require_size(std::size_t width, std::size_t height) const {
  if (width == width_ && height == height_) return;
  throw InputError({.what = fmt::format("a frame of {} x {} pixels", width, height),
                    .where = "azimuthal integration",
                    .why = fmt::format("{} x {} are expected", width_, height_),
                    .remedy = "integrate frames of one size together"});
}

template <class T>
Profile Integrator::integrate_pixels(std::span<const T> frame) const {
  if (frame.size() != width_ * height_) require_size(frame.size(), 1);
  const SplitMatrix& matrix = *matrix_;
  Profile profile;
  profile.s_first_per_angstrom = s_min_ + 0.5 * s_step_;
  profile.s_step_per_angstrom = s_step_;
  profile.intensity.resize(matrix.bins());
  profile.intensity_stderr.resize(matrix.bins());
  profile.weight.resize(matrix.bins());
  profile.variance_inflation.resize(matrix.bins());
  profile.neighbour_correlation = neighbour_correlation_;
  parallel_ranges(matrix.bins(), bins_at_once, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const std::size_t begin = matrix.begin[i];
      BinSums sums;
      sum_bin(frame.data(), matrix.pixel.data() + begin, matrix.weight.data() + begin,
              matrix.begin[i + 1] - begin, sums);
      const BinMean mean = mean_of(sums, options_);
      profile.intensity[i] = mean.intensity;
      profile.intensity_stderr[i] = mean.stderr_counts;
      profile.weight[i] = sums.w;
      profile.variance_inflation[i] = sums.w > 0.0 ? sums.w / sums.w2 : 1.0;
    }
  });
  return profile;
}

Profile Integrator::integrate(std::span<const double> frame) const {
  return integrate_pixels(frame);
}
Profile Integrator::integrate(std::span<const float> frame) const {
  return integrate_pixels(frame);
}
Profile Integrator::integrate(std::span<const std::uint16_t> frame) const {
  return integrate_pixels(frame);
}

}  // namespace adatom::diffraction
