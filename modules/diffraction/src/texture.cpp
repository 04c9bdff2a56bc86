#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/diffraction/polar.h"

namespace adatom::diffraction {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct BandSum {
  double weight = 0.0;
  double sum = 0.0;
  double variance = 0.0;  ///< of the sum

  [[nodiscard]] bool empty() const { return !(weight > 0.0); }
  [[nodiscard]] double mean() const { return sum / weight; }
  [[nodiscard]] double mean_variance() const { return variance / (weight * weight); }
};

BandSum band_of(const PolarPattern& p, std::size_t sector, double s_low, double s_high) {
  BandSum band;
  for (std::size_t i = 0; i < p.radii(); ++i) {
    const double s = p.s_first_per_angstrom + p.s_step_per_angstrom * static_cast<double>(i);
    const double w = p.weight(i, sector);
    // An infinite error: too few pixels for one, a negligible part of the ring.
    const bool has_error = std::isfinite(p.intensity_stderr(i, sector));
    if (s < s_low || s >= s_high || w == 0.0 || !has_error) continue;
    const double error = w * p.intensity_stderr(i, sector);
    band.weight += w;
    band.sum += w * p.intensity(i, sector);
    // Bins of one band share pixels.
    band.variance += error * error * p.variance_inflation(i, sector);
  }
  return band;
}

struct Net {
  double value = nan;
  double variance = 0.0;
};

Net net_of(const PolarPattern& p, std::size_t sector, double s_low, double s_high) {
  const double half = 0.5 * (s_high - s_low);
  const BandSum ring = band_of(p, sector, s_low, s_high);
  const BandSum inside = band_of(p, sector, s_low - half, s_low);
  const BandSum outside = band_of(p, sector, s_high, s_high + half);
  if (ring.empty() || inside.empty() || outside.empty()) return {};
  return {ring.mean() - 0.5 * (inside.mean() + outside.mean()),
          ring.mean_variance() + 0.25 * (inside.mean_variance() + outside.mean_variance())};
}

double chi_square_of_equal(const std::vector<Net>& nets) {
  double weights = 0.0;
  double sum = 0.0;
  for (const Net& net : nets) {
    if (std::isnan(net.value)) continue;
    if (!(net.variance > 0.0)) return nan;
    weights += 1.0 / net.variance;
    sum += net.value / net.variance;
  }
  double chi_square = 0.0;
  for (const Net& net : nets) {
    if (std::isnan(net.value)) continue;
    const double off = net.value - sum / weights;
    chi_square += off * off / net.variance;
  }
  return chi_square;
}

}  // namespace

Texture ring_texture(const PolarPattern& pattern, double s_low_per_angstrom,
                     double s_high_per_angstrom) {
  std::vector<Net> nets(pattern.sectors());
  double sum = 0.0;
  double variance = 0.0;
  double count = 0.0;
  for (std::size_t k = 0; k < nets.size(); ++k) {
    nets[k] = net_of(pattern, k, s_low_per_angstrom, s_high_per_angstrom);
    if (std::isnan(nets[k].value)) continue;
    sum += nets[k].value;
    variance += nets[k].variance;
    count += 1.0;
  }
  if (count < 2.0) {
    throw InputError(Complaint{.what = fmt::format("no texture of the ring from {:.6g} to {:.6g} "
                                                   "1/angstrom",
                                                   s_low_per_angstrom, s_high_per_angstrom),
                               .where = "polar pattern",
                               .why = "fewer than two sectors have pixels in it and on both sides",
                               .remedy = "ask for a wider ring, or for more sectors"});
  }
  Texture texture;
  texture.net_intensity = sum / count;
  texture.net_intensity_stderr = std::sqrt(variance) / count;
  texture.chi_square = chi_square_of_equal(nets);
  texture.degrees_of_freedom = static_cast<std::int64_t>(count) - 1;
  double squares = 0.0;
  for (std::size_t k = 0; k < nets.size(); ++k) {
    texture.azimuth_deg.push_back(pattern.azimuth_first_deg +
                                  pattern.azimuth_step_deg * static_cast<double>(k));
    if (std::isnan(nets[k].value) || sum == 0.0) {
      texture.relative.push_back(nan);
      texture.relative_stderr.push_back(nan);
      continue;
    }
    // Of n x_k / sum(x): the others' errors come in through the sum alone.
    const double relative = count * nets[k].value / sum;
    const double share = relative / count;
    const double relative_variance =
        count * count / (sum * sum) *
        ((1.0 - 2.0 * share) * nets[k].variance + share * share * variance);
    texture.relative.push_back(relative);
    texture.relative_stderr.push_back(std::sqrt(relative_variance));
    squares += relative * relative - relative_variance;
  }
  texture.texture_index = sum == 0.0 ? nan : squares / count;
  return texture;
}

}  // namespace adatom::diffraction
