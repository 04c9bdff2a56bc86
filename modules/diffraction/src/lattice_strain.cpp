#include "adatom/diffraction/lattice_strain.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <Eigen/Dense>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/diffraction/fringe_filter.h"
#include "adatom/numeric/filter.h"
#include "adatom/numeric/statistics.h"

namespace adatom::diffraction {
namespace {

using numeric::Complex;

constexpr double two_pi = 2.0 * 3.14159265358979323846;

/// What a set of fringes says at each pixel.
struct LocalFringes {
  Grid<double> kx;
  Grid<double> ky;
  Grid<double> power;        ///< |E|^2
  double noise_power = 0.0;  ///< n^2
  double gate = 0.0;         ///< percentile of the noise's power
};

LocalFringes local_fringes(const FringeFilter& filter, const Fringe& fringe,
                           std::span<const Fringe> avoid, const StrainOptions& options) {
  const FringeNoise noise = fringe_noise(filter, fringe, avoid);
  LocalFringes local;
  local.noise_power = noise.power;
  std::vector<double> seen;
  for (const auto& envelope : noise.envelopes) {
    for (const auto& value : envelope.values()) seen.push_back(std::norm(value));
  }
  local.gate = numeric::quantile(seen, options.noise_percentile / 100.0);
  const double gx = fringe.kx_per_nm;
  const double gy = fringe.ky_per_nm;
  const auto envelope = filter.envelope(gx, gy, Sampling::full);
  const auto along_x = filter.envelope(gx, gy, Sampling::full, Derivative::x);
  const auto along_y = filter.envelope(gx, gy, Sampling::full, Derivative::y);
  const auto width = envelope.values.width();
  const auto height = envelope.values.height();
  local.kx = Grid<double>(width, height);
  local.ky = Grid<double>(width, height);
  local.power = Grid<double>(width, height);
  for (std::size_t i = 0; i < local.power.size(); ++i) {
    const Complex here = envelope.values.values()[i];
    const double power = std::norm(here);
    local.power.values()[i] = power;
    if (!(power > 0.0)) continue;
    const auto slope = [&](const FringeEnvelope& derivative) {
      return (std::conj(here) * derivative.values.values()[i]).imag() / (two_pi * power);
    };
    local.kx.values()[i] = envelope.k0x_per_nm + slope(along_x);
    local.ky.values()[i] = envelope.k0y_per_nm + slope(along_y);
  }
  return local;
}

/// The mean power where fringes are strong: of what exceeds half of the 99th percentile.
double usual_power(const LocalFringes& local) {
  const double high = numeric::quantile(local.power.values(), 0.99);
  std::vector<double> strong;
  for (const double power : local.power.values()) {
    if (power >= 0.25 * high) strong.push_back(power);
  }
  return numeric::median(strong);
}

struct Reference {
  std::array<double, 2> k{};  ///< kx, ky, 1/nm
  std::array<double, 2> standard_error{};
};

/// The error of a mean of k = Im(E* grad E) / (2 pi |E|^2), n / |E| being 1. Its noise is a
/// gradient, so within the region it cancels, and what is left is that along the rim: with weights
/// m of sum one -Im(sum n grad m) / (2 pi |E|). The envelope's noise n is white noise seen through
/// the kernel K, so the variance of sum n grad m is that of white noise times sum |K * grad m|^2,
/// or n^2 4 pi kernel^2 times that.
std::array<double, 2> rim_error(const Grid<double>& weights, double kernel_px, double pixel_nm) {
  const auto margin = static_cast<std::size_t>(std::ceil(5.0 * kernel_px)) + 1;
  Grid<double> padded(weights.width() + 2 * margin, weights.height() + 2 * margin, 0.0);
  for (std::size_t y = 0; y < weights.height(); ++y) {
    for (std::size_t x = 0; x < weights.width(); ++x) {
      padded(x + margin, y + margin) = weights(x, y);
    }
  }
  const auto smooth = numeric::gaussian_filter(padded, kernel_px, numeric::Edge::normalised);
  std::array<double, 2> squares{};
  for (std::size_t y = 1; y + 1 < smooth.height(); ++y) {
    for (std::size_t x = 1; x + 1 < smooth.width(); ++x) {
      squares[0] += std::pow(0.5 * (smooth(x + 1, y) - smooth(x - 1, y)), 2);
      squares[1] += std::pow(0.5 * (smooth(x, y + 1) - smooth(x, y - 1)), 2);
    }
  }
  // Half of the noise is in the imaginary part.
  const double factor = kernel_px / pixel_nm / std::sqrt(two_pi);
  return {factor * std::sqrt(squares[0]), factor * std::sqrt(squares[1])};
}

/// The mean of k over a region, weighted with the power.
Reference mean_of(const LocalFringes& local, const Mask& valid, const Mask& region,
                  const FringeFilter& filter) {
  double sum = 0.0;
  double square = 0.0;
  Reference mean;
  Grid<double> weights(valid.width(), valid.height(), 0.0);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    if (valid.values()[i] == 0 || (!region.empty() && region.values()[i] == 0)) continue;
    const double weight = local.power.values()[i];
    weights.values()[i] = weight;
    sum += weight;
    square += weight * weight;
    mean.k[0] += weight * local.kx.values()[i];
    mean.k[1] += weight * local.ky.values()[i];
  }
  if (!(sum > 0.0)) {
    throw InputError({.what = "the reference region has no fringes",
                      .where = "",
                      .why = "nowhere in it both sets stand out of the noise",
                      .remedy = "give a region within the crystal"});
  }
  for (double& k : mean.k) k /= sum;
  for (double& weight : weights.values()) weight /= sum;
  mean.standard_error =
      rim_error(weights, filter.kernel_nm() / filter.pixel_size_nm(), filter.pixel_size_nm());
  const double ratio = std::sqrt(local.noise_power / (square / sum));
  for (double& error : mean.standard_error) error *= ratio;
  return mean;
}

void require_not_parallel(const Fringe& first, const Fringe& second) {
  const double sine =
      std::abs(first.kx_per_nm * second.ky_per_nm - first.ky_per_nm * second.kx_per_nm) /
      (length_per_nm(first) * length_per_nm(second));
  if (sine > 0.17) return;
  throw InputError({.what = "two sets of fringes that cross are needed for strain",
                    .where = place_of(first) + " and " + place_of(second),
                    .why = "they are parallel within 10 degrees",
                    .remedy = "choose another pair"});
}

StrainMap blank(std::size_t width, std::size_t height) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  return {Grid<double>(width, height, none), Grid<double>(width, height, none)};
}

/// Fills the maps from both local wave vectors.
class StrainSum {
 public:
  StrainSum(const std::array<LocalFringes, 2>& local, const std::array<Reference, 2>& reference,
            double sigma_k)
      : local_(local), reference_(reference), sigma_k_(sigma_k) {
    Eigen::Matrix2d g;
    g << reference[0].k[0], reference[0].k[1], reference[1].k[0], reference[1].k[1];
    inverse_ = g.inverse();
  }
  void at(std::size_t i, StrainResult& result) const {
    Eigen::Matrix2d k;
    k << local_[0].kx.values()[i], local_[0].ky.values()[i], local_[1].kx.values()[i],
        local_[1].ky.values()[i];
    const Eigen::Matrix2d e = Eigen::Matrix2d::Identity() - inverse_ * k;
    result.xx.value.values()[i] = e(0, 0);
    result.yy.value.values()[i] = e(1, 1);
    result.xy.value.values()[i] = 0.5 * (e(0, 1) + e(1, 0));
    result.rotation_rad.value.values()[i] = 0.5 * (e(1, 0) - e(0, 1));
    // Both sets have errors of their own: here alike along x and y, of the reference not.
    const auto variance = [&](int row, std::size_t axis) {
      double sum = 0.0;
      for (std::size_t f = 0; f < 2; ++f) {
        const double here =
            0.25 * sigma_k_ * sigma_k_ * local_.at(f).noise_power / local_.at(f).power.values()[i];
        const double weight = inverse_(row, static_cast<int>(f));
        sum += weight * weight * (here + std::pow(reference_.at(f).standard_error.at(axis), 2));
      }
      return sum;
    };
    const double mixed = 0.5 * std::sqrt(variance(0, 1) + variance(1, 0));
    result.xx.standard_error.values()[i] = std::sqrt(variance(0, 0));
    result.yy.standard_error.values()[i] = std::sqrt(variance(1, 1));
    result.xy.standard_error.values()[i] = mixed;
    result.rotation_rad.standard_error.values()[i] = mixed;
  }

 private:
  const std::array<LocalFringes, 2>& local_;
  const std::array<Reference, 2>& reference_;
  double sigma_k_;
  Eigen::Matrix2d inverse_;
};

}  // namespace

void StrainOptions::describe(OptionVisitor& v) {
  v.visit({.name = "sigma_k_per_nm",
           .unit = "1/nm",
           .help = "width of the Gaussian masks",
           .min = 0.01,
           .max = 5},
          sigma_k_per_nm);
  v.visit({.name = "edge_share",
           .help = "no strain is told where fringes are weaker than this share of the usual",
           .min = 0,
           .max = 0.95},
          edge_share);
  v.visit({.name = "noise_percentile",
           .unit = "%",
           .help = "nor where they are below this percentile of what masks beside them see",
           .min = 50,
           .max = 99.99},
          noise_percentile);
}

std::vector<OptionIssue> StrainOptions::validate() const { return check_ranges(*this); }

StrainResult map_strain(const Grid<double>& image, double pixel_size_nm, const Fringe& first,
                        const Fringe& second, std::span<const Fringe> others, const Mask& reference,
                        const StrainOptions& options) {
  require_valid(options.validate());
  require_not_parallel(first, second);
  if (!reference.empty() &&
      (reference.width() != image.width() || reference.height() != image.height())) {
    throw InputError(
        {.what = "the reference region does not fit the image",
         .where = "",
         .why = fmt::format("it has {} x {} pixels, the image {} x {}", reference.width(),
                            reference.height(), image.width(), image.height()),
         .remedy = "give one of the image's size"});
  }
  const FringeFilter filter(image, pixel_size_nm, options.sigma_k_per_nm,
                            std::min(length_per_nm(first), length_per_nm(second)));
  std::vector<Fringe> avoid(others.begin(), others.end());
  avoid.push_back(first);
  avoid.push_back(second);
  std::array<LocalFringes, 2> local;
  parallel_for(2, [&](std::size_t f) {
    local.at(f) = local_fringes(filter, f == 0 ? first : second, avoid, options);
  });
  StrainResult result;
  result.kernel_nm = filter.kernel_nm();
  result.valid = Mask(image.width(), image.height(), 1);
  for (const auto& fringes : local) {
    const double least =
        std::max(fringes.gate, options.edge_share * options.edge_share * usual_power(fringes));
    for (std::size_t i = 0; i < result.valid.size(); ++i) {
      if (!(fringes.power.values()[i] > least)) result.valid.values()[i] = 0;
    }
  }
  std::array<Reference, 2> means;
  for (std::size_t f = 0; f < 2; ++f) {
    means.at(f) = mean_of(local.at(f), result.valid, reference, filter);
    result.g_per_nm.at(f) = means.at(f).k;
    result.g_stderr_per_nm.at(f) = means.at(f).standard_error;
  }
  for (StrainMap* map : {&result.xx, &result.yy, &result.xy, &result.rotation_rad}) {
    *map = blank(image.width(), image.height());
  }
  const StrainSum sum(local, means, options.sigma_k_per_nm);
  for (std::size_t i = 0; i < result.valid.size(); ++i) {
    if (result.valid.values()[i] != 0) sum.at(i, result);
  }
  return result;
}

}  // namespace adatom::diffraction
