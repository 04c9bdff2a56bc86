#include "adatom/numeric/kde.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "adatom/base/error.h"

namespace adatom::numeric {
namespace {

constexpr double bins_per_bandwidth = 50.0;
/// Beyond so many bandwidths a Gaussian is below 1e-16 of its height.
constexpr double farthest = 8.6;

}  // namespace

double scott_bandwidth(double deviation, std::size_t count, double factor) {
  return factor * deviation * std::pow(static_cast<double>(count), -0.2);
}

DensityEstimate::DensityEstimate(double low, double high, double bandwidth)
    : low_(low), high_(high), bandwidth_(bandwidth) {
  if (!(low <= high) || !(bandwidth > 0.0) || !(high - low <= 1e6 * bandwidth)) {
    throw InputError({.what = "no density can be estimated",
                      .where = "kernel density",
                      .why = "the values do not vary, or over a range too wide for the bandwidth",
                      .remedy = {}});
  }
  per_bin_ = bins_per_bandwidth / bandwidth;
  bins_.assign(static_cast<std::size_t>((high - low) * per_bin_) + 2, 0.0);
}

void DensityEstimate::add(double value) {
  const double place = (std::clamp(value, low_, high_) - low_) * per_bin_;
  const auto bin = std::min(static_cast<std::size_t>(place), bins_.size() - 2);
  const double behind = place - static_cast<double>(bin);
  bins_[bin] += 1.0 - behind;
  bins_[bin + 1] += behind;
  count_ += 1.0;
}

void DensityEstimate::add(const DensityEstimate& other) {
  if (other.bins_.size() != bins_.size()) throw std::invalid_argument("DensityEstimate: range");
  for (std::size_t b = 0; b < bins_.size(); ++b) bins_[b] += other.bins_[b];
  count_ += other.count_;
}

Density DensityEstimate::evaluate(std::size_t places) const {
  Density result;
  const double from = low_ - 3.0 * bandwidth_;
  const double step = (high_ - low_ + 6.0 * bandwidth_) / static_cast<double>(places - 1);
  const double height = 1.0 / (bandwidth_ * std::sqrt(2.0 * std::numbers::pi) * count_);
  const auto last = static_cast<double>(bins_.size() - 1);
  for (std::size_t p = 0; p < places; ++p) {
    const double at = from + step * static_cast<double>(p);
    const double middle = (at - low_) * per_bin_;
    const double reach = farthest * bins_per_bandwidth;
    double sum = 0.0;
    for (double bin = std::max(0.0, std::ceil(middle - reach));
         bin <= std::min(last, middle + reach); bin += 1.0) {
      const double u = (bin - middle) / bins_per_bandwidth;
      sum += bins_[static_cast<std::size_t>(bin)] * std::exp(-0.5 * u * u);
    }
    result.at.push_back(at);
    result.density.push_back(count_ > 0.0 ? height * sum : 0.0);
  }
  return result;
}

}  // namespace adatom::numeric
