// Profiles that leave out the spots of single crystals.
#include <algorithm>
#include <cmath>
#include <limits>

#include "adatom/base/parallel.h"
#include "adatom/diffraction/integrate.h"
#include "bin_mean.h"
#include "float_pixels.h"
#include "split_matrix.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t sorted_bins_at_once = 4;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct WeightedPixel {
  float value = 0.0F;
  float weight = 0.0F;
  float offset = 0.0F;  ///< 0 where the matrix has none
};

/// Those of a bin that are finite.
void collect(const SplitMatrix& matrix, std::size_t bin, const float* frame,
             std::vector<WeightedPixel>& pixels) {
  pixels.clear();
  for (std::size_t k = matrix.begin[bin]; k < matrix.begin[bin + 1]; ++k) {
    const float value = frame[matrix.pixel[k]];
    if (!std::isfinite(value)) continue;
    pixels.push_back({value, matrix.weight[k], matrix.offset.empty() ? 0.0F : matrix.offset[k]});
  }
}

/// The mid-distribution function of weighted pixels: at each of their values the share below plus
/// half of that at it.
class MidDistribution {
 public:
  void make(std::vector<WeightedPixel>& pixels) {
    std::ranges::sort(pixels, {}, &WeightedPixel::value);
    values_.clear();
    shares_.clear();
    weight_ = 0.0;
    squares_ = 0.0;
    for (std::size_t i = 0; i < pixels.size();) {
      const float value = pixels[i].value;
      double at_value = 0.0;
      for (; i < pixels.size() && pixels[i].value == value; ++i) {
        const auto w = static_cast<double>(pixels[i].weight);
        at_value += w;
        squares_ += w * w;
      }
      values_.push_back(static_cast<double>(value));
      shares_.push_back(weight_ + 0.5 * at_value);
      weight_ += at_value;
    }
    for (double& share : shares_) share /= weight_;
  }
  [[nodiscard]] double weight() const { return weight_; }
  [[nodiscard]] double squares() const { return squares_; }
  /// Where it has `share`, straight between values; the first or last value beyond them.
  [[nodiscard]] double value_at(double share) const {
    const auto after = std::ranges::lower_bound(shares_, share);
    if (after == shares_.begin()) return values_.front();
    if (after == shares_.end()) return values_.back();
    const auto i = static_cast<std::size_t>(after - shares_.begin());
    const double part = (share - shares_[i - 1]) / (shares_[i] - shares_[i - 1]);
    return values_[i - 1] + part * (values_[i] - values_[i - 1]);
  }

 private:
  std::vector<double> values_;
  std::vector<double> shares_;
  double weight_ = 0.0;
  double squares_ = 0.0;
};

BinSums sums_of(const std::vector<WeightedPixel>& pixels, double centre, double reach) {
  BinSums sums;
  sums.pivot = centre;
  for (const WeightedPixel& pixel : pixels) {
    const auto w = static_cast<double>(pixel.weight);
    const double d = static_cast<double>(pixel.value) - centre;
    if (std::abs(d) > reach) continue;
    sums.w += w;
    sums.w2 += w * w;
    sums.wd += w * d;
    sums.w2d += w * w * d;
    sums.wd2 += w * d * d;
    const auto u = static_cast<double>(pixel.offset);
    sums.wu += w * u;
    sums.wu2 += w * u * u;
    sums.wud += w * u * d;
  }
  return sums;
}

struct Clipped {
  BinSums sums;
  double rejected_share = 0.0;
  bool converged = true;
};

/// Standard deviation of a pixel at some mean, by the model of the errors.
double deviation_at(double mean, const IntegrateOptions& options) {
  return std::sqrt(
      std::max(options.gain * mean + options.readout_variance, options.gain * options.gain));
}

/// Begins with the median, as a mean with bright spots in it can be so far off that all else would
/// be clipped; and with half of what lies between the quantiles that are one standard deviation
/// below and above it for a normal distribution.
Clipped clip(std::vector<WeightedPixel>& pixels, MidDistribution& distribution,
             const IntegrateOptions& options) {
  Clipped result;
  if (pixels.empty()) return result;
  constexpr double below = 0.158655254;
  const bool counting = options.error_model == ErrorModel::poisson;
  distribution.make(pixels);
  double mean = distribution.value_at(0.5);
  // Of a steep ring pixels of one bin differ by more than counts do: that is no outlier.
  const double spread = 0.5 * (distribution.value_at(1.0 - below) - distribution.value_at(below));
  double deviation = counting ? std::max(deviation_at(mean, options), spread) : spread;
  if (!(deviation > 0.0)) deviation = std::numeric_limits<double>::infinity();
  result.sums = sums_of(pixels, mean, options.clip_sigma * deviation);
  if (!(result.sums.w > 0.0)) {  // two heaps, the median between them
    result.sums = sums_of(pixels, mean, std::numeric_limits<double>::infinity());
  }
  result.converged = false;
  for (std::int64_t cycle = 0; cycle < options.clip_cycles; ++cycle) {
    mean = result.sums.pivot + result.sums.wd / result.sums.w;
    deviation = counting ? std::max(deviation_at(mean, options), spread)
                         : std::sqrt(variance_about_mean(result.sums));
    const BinSums next = sums_of(pixels, mean, options.clip_sigma * deviation);
    // None left: two pixels far apart, say. What there was is kept.
    if (!(next.w > 0.0) || next.w == result.sums.w) {
      result.converged = true;
      break;
    }
    result.sums = next;
  }
  result.rejected_share = std::max(1.0 - result.sums.w / distribution.weight(), 0.0);
  return result;
}

}  // namespace

Profile Integrator::integrate_median(const Pixels& frame) const {
  const std::size_t size = FloatPixels::size_of(frame);
  if (size != width_ * height_) require_size(size, 1);
  const FloatPixels pixels(frame);
  Profile profile = empty_profile();
  parallel_ranges(bins(), sorted_bins_at_once, [&](std::size_t from, std::size_t to) {
    std::vector<WeightedPixel> list;
    MidDistribution distribution;
    for (std::size_t i = from; i < to; ++i) {
      collect(*matrix_, i, pixels.data(), list);
      profile.variance_inflation[i] = 1.0;
      if (list.empty()) {
        profile.intensity[i] = profile.intensity_stderr[i] = nan;
        continue;
      }
      distribution.make(list);
      const double weight = distribution.weight();
      const double aside = 0.5 * std::sqrt(distribution.squares()) / weight;
      profile.intensity[i] = distribution.value_at(0.5);
      profile.intensity_stderr[i] =
          list.size() > 1
              ? 0.5 * (distribution.value_at(0.5 + aside) - distribution.value_at(0.5 - aside))
              : std::numeric_limits<double>::infinity();
      profile.weight[i] = weight;
      profile.variance_inflation[i] = weight / distribution.squares();
    }
  });
  return profile;
}

ClippedProfile Integrator::integrate_clipped(const Pixels& frame) const {
  const std::size_t size = FloatPixels::size_of(frame);
  if (size != width_ * height_) require_size(size, 1);
  const FloatPixels pixels(frame);
  ClippedProfile result{.profile = empty_profile(),
                        .rejected_share = std::vector<double>(bins(), 0.0)};
  std::vector<std::uint8_t> converged(bins(), 1);
  parallel_ranges(bins(), sorted_bins_at_once, [&](std::size_t from, std::size_t to) {
    std::vector<WeightedPixel> list;
    MidDistribution distribution;
    for (std::size_t i = from; i < to; ++i) {
      collect(*matrix_, i, pixels.data(), list);
      const Clipped clipped = clip(list, distribution, options_);
      const BinMean mean = mean_of(clipped.sums, options_);
      Profile& profile = result.profile;
      profile.intensity[i] = mean.intensity;
      profile.intensity_stderr[i] = mean.stderr_counts;
      profile.weight[i] = clipped.sums.w;
      profile.variance_inflation[i] = clipped.sums.w > 0.0 ? clipped.sums.w / clipped.sums.w2 : 1.0;
      result.rejected_share[i] = clipped.rejected_share;
      converged[i] = clipped.converged ? 1 : 0;
    }
  });
  result.converged = std::ranges::find(converged, 0) == converged.end();
  return result;
}

}  // namespace adatom::diffraction
