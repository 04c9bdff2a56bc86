#include "adatom/diffraction/fringe_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/numeric/fft.h"
#include "adatom/numeric/filter.h"
#include "adatom/numeric/statistics.h"
#include "image_check.h"

namespace adatom::diffraction {
namespace {

constexpr std::size_t most_others = 24;

double hann(std::size_t i, std::size_t n) {
  const double phase = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
  return 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * phase);
}

/// The power of the windowed image, k = 0 at (n / 2, n / 2).
Grid<double> centred_power(const Grid<double>& image, std::size_t n) {
  double mean = 0.0;
  for (const double value : image.values()) mean += value;
  mean /= static_cast<double>(image.size());
  Grid<double> padded(n, n, 0.0);
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      padded(x, y) = (image(x, y) - mean) * hann(x, image.width()) * hann(y, image.height());
    }
  }
  const auto half = numeric::RealFft2d(n, n).forward(padded);
  Grid<double> power(n, n, 0.0);
  const std::size_t middle = n / 2;
  for (std::size_t v = 0; v < n; ++v) {
    for (std::size_t u = 0; u < half.width(); ++u) {
      const double value = std::norm(half(u, v));
      power((u + middle) % n, (v + middle) % n) = value;
      power((n - u + middle) % n, (n - v + middle) % n) = value;
    }
  }
  return power;
}

/// Median and standard deviation of the power around each |k|.
class Rings {
 public:
  Rings(const Grid<double>& power, double width_px) : width_px_(width_px) {
    const double middle = std::floor(0.5 * static_cast<double>(power.width()));
    std::vector<std::vector<double>> bins(static_cast<std::size_t>(middle / width_px) + 1);
    for (std::size_t y = 0; y < power.height(); ++y) {
      for (std::size_t x = 0; x < power.width(); ++x) {
        const double k =
            std::hypot(static_cast<double>(x) - middle, static_cast<double>(y) - middle);
        const auto bin = static_cast<std::size_t>(k / width_px);
        if (bin < bins.size()) bins[bin].push_back(power(x, y));
      }
    }
    for (const auto& bin : bins) {
      median_.push_back(bin.empty() ? 0.0 : numeric::median(bin));
      sigma_.push_back(bin.empty() ? 0.0 : numeric::mad_sigma(bin));
    }
  }
  [[nodiscard]] double median(double k_px) const { return at(median_, k_px); }
  [[nodiscard]] double sigma(double k_px) const { return at(sigma_, k_px); }

 private:
  [[nodiscard]] double at(const std::vector<double>& list, double k_px) const {
    const double place = std::max(0.0, k_px / width_px_ - 0.5);
    const auto i = std::min(static_cast<std::size_t>(place), list.size() - 1);
    const auto j = std::min(i + 1, list.size() - 1);
    const double share = std::min(1.0, place - static_cast<double>(i));
    return (1.0 - share) * list[i] + share * list[j];
  }
  double width_px_;
  std::vector<double> median_;
  std::vector<double> sigma_;
};

struct Spectrum {
  Grid<double> power;  ///< smoothed
  double step_per_nm = 0.0;
  double smoothing_px = 0.0;
};

bool is_top(const Grid<double>& power, std::size_t x, std::size_t y) {
  const double here = power(x, y);
  for (const std::size_t v : {y - 1, y, y + 1}) {
    for (const std::size_t u : {x - 1, x, x + 1}) {
      if ((u != x || v != y) && power(u, v) >= here) return false;
    }
  }
  return true;
}

/// The top of the parabola through 3 by 3 logarithms, with its curvatures.
struct Top {
  double x = 0.0;
  double y = 0.0;
  double curvature = 0.0;  ///< of the logarithm, the weaker one, 1/px^2
};

Top top_of(const Grid<double>& power, std::size_t x, std::size_t y) {
  std::array<std::array<double, 3>, 3> f{};
  for (std::size_t j = 0; j < 3; ++j) {
    for (std::size_t i = 0; i < 3; ++i) f.at(j).at(i) = std::log(power(x + i - 1, y + j - 1));
  }
  // Least squares for a quadratic on the nine points.
  double fx = 0.0;
  double fy = 0.0;
  double fxx = 0.0;
  double fyy = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    fx += (f.at(i)[2] - f.at(i)[0]) / 6.0;
    fy += (f[2].at(i) - f[0].at(i)) / 6.0;
    fxx += (f.at(i)[2] - 2.0 * f.at(i)[1] + f.at(i)[0]) / 3.0;
    fyy += (f[2].at(i) - 2.0 * f[1].at(i) + f[0].at(i)) / 3.0;
  }
  const double fxy = 0.25 * (f[2][2] - f[2][0] - f[0][2] + f[0][0]);
  const double determinant = fxx * fyy - fxy * fxy;
  Top top{static_cast<double>(x), static_cast<double>(y), 0.0};
  if (!(determinant > 0.0) || !(fxx < 0.0)) return top;
  top.x += std::clamp((fxy * fy - fyy * fx) / determinant, -1.0, 1.0);
  top.y += std::clamp((fxy * fx - fxx * fy) / determinant, -1.0, 1.0);
  const double half_sum = 0.5 * (fxx + fyy);
  top.curvature = -(half_sum + std::sqrt(std::max(0.0, half_sum * half_sum - determinant)));
  return top;
}

std::vector<Fringe> all_peaks(const Spectrum& spectrum, const Rings& rings, double k_low_per_nm,
                              double k_high_per_nm, const FringeSearchOptions& options) {
  const auto& power = spectrum.power;
  const std::size_t middle = power.width() / 2;
  const auto centre = static_cast<double>(middle);
  std::vector<Fringe> peaks;
  for (std::size_t y = middle; y + 1 < power.height(); ++y) {
    for (std::size_t x = 1; x + 1 < power.width(); ++x) {
      if (y == middle && x <= middle) continue;
      const double k = std::hypot(static_cast<double>(x) - centre, static_cast<double>(y) - centre);
      const double k_per_nm = k * spectrum.step_per_nm;
      if (k_per_nm < k_low_per_nm || k_per_nm > k_high_per_nm) continue;
      const double excess = power(x, y) - rings.median(k);
      const double sigma = rings.sigma(k);
      if (!(excess > options.significance_min * sigma) || !is_top(power, x, y)) continue;
      const Top top = top_of(power, x, y);
      // A peak on speckle: what the smoothing leaves of sqrt(2 P_noise / P), as a share of P.
      const double median = rings.median(k);
      const double share =
          median > 0.0 ? sigma / median * std::sqrt(2.0 * median / power(x, y)) : 0.0;
      const double error =
          top.curvature > 0.0
              ? share / (std::numbers::sqrt2 * spectrum.smoothing_px * top.curvature)
              : 1.0;
      peaks.push_back({.kx_per_nm = (top.x - centre) * spectrum.step_per_nm,
                       .ky_per_nm = (top.y - centre) * spectrum.step_per_nm,
                       .k_stderr_per_nm = error * spectrum.step_per_nm,
                       .significance = sigma > 0.0 ? excess / sigma : 1e9});
    }
  }
  std::ranges::stable_sort(
      peaks, [](const Fringe& a, const Fringe& b) { return a.significance > b.significance; });
  return peaks;
}

double distance(const Fringe& a, const Fringe& b) {
  const double same = std::hypot(a.kx_per_nm - b.kx_per_nm, a.ky_per_nm - b.ky_per_nm);
  const double opposite = std::hypot(a.kx_per_nm + b.kx_per_nm, a.ky_per_nm + b.ky_per_nm);
  return std::min(same, opposite);
}

/// Not those that stand too near a stronger one, and not the side lobes of its peak: the power of a
/// body with sharp edges falls with the third power of the distance.
std::vector<Fringe> separate(const std::vector<Fringe>& peaks, const FringeSearchOptions& options) {
  constexpr double lobe_share = 0.05;  // at the separation
  std::vector<Fringe> kept;
  for (const auto& peak : peaks) {
    const bool stands_alone = std::ranges::none_of(kept, [&](const Fringe& other) {
      const double apart = distance(peak, other);
      if (apart < options.separation_per_nm) return true;
      const double lobe = lobe_share * std::pow(options.separation_per_nm / apart, 3);
      return peak.significance < lobe * other.significance;
    });
    if (stands_alone) kept.push_back(peak);
  }
  return kept;
}

const FringeFamily* family_of(const Fringe& peak, std::span<const FringeFamily> families,
                              double tolerance) {
  const FringeFamily* nearest = nullptr;
  double least = tolerance;
  for (const auto& family : families) {
    const double off = std::abs(length_per_nm(peak) / family.k_per_nm - 1.0);
    if (off > least) continue;
    least = off;
    nearest = &family;
  }
  return nearest;
}

/// Sorts peaks into families.
void assign(const std::vector<Fringe>& peaks, std::span<const FringeFamily> families,
            const FringeSearchOptions& options, FringeSearchResult& result) {
  std::vector<std::int64_t> counts(families.size(), 0);
  for (Fringe peak : peaks) {
    const FringeFamily* family = family_of(peak, families, options.tolerance);
    if (family == nullptr) {
      if (result.others.size() < most_others) result.others.push_back(peak);
      continue;
    }
    auto& count = counts[static_cast<std::size_t>(family - families.data())];
    if (++count > options.max_per_family) continue;
    peak.phase = family->phase;
    peak.hkl = family->hkl;
    result.fringes.push_back(peak);
  }
  std::ranges::stable_sort(result.fringes,
                           [](const Fringe& a, const Fringe& b) { return *a.phase < *b.phase; });
}

}  // namespace

void FringeSearchOptions::describe(OptionVisitor& v) {
  v.visit({.name = "tolerance",
           .help = "how far a fringe's 1/d may lie from its family's, as a share of it",
           .min = 1e-4,
           .max = 0.2},
          tolerance);
  v.visit({.name = "smoothing_per_nm",
           .unit = "1/nm",
           .help = "standard deviation of the Gaussian that the power spectrum is smoothed with",
           .min = 1e-3,
           .max = 2},
          smoothing_per_nm);
  v.visit({.name = "significance_min",
           .help = "a fringe's peak stands above the ring's median by so many standard deviations",
           .min = 3,
           .max = 1e3},
          significance_min);
  v.visit({.name = "separation_per_nm",
           .unit = "1/nm",
           .help = "of two peaks closer than this the stronger counts",
           .min = 0,
           .max = 5},
          separation_per_nm);
  v.visit({.name = "max_per_family",
           .help = "at most so many fringes of a family, the strongest",
           .min = 1,
           .max = 100},
          max_per_family);
}

std::vector<OptionIssue> FringeSearchOptions::validate() const { return check_ranges(*this); }

double length_per_nm(const Fringe& fringe) {
  return std::hypot(fringe.kx_per_nm, fringe.ky_per_nm);
}

std::string place_of(const Fringe& fringe) {
  const double degrees = std::atan2(fringe.ky_per_nm, fringe.kx_per_nm) * 180.0 / std::numbers::pi;
  return fmt::format("{:.4g} angstrom at {:.0f} deg", 10.0 / length_per_nm(fringe), degrees);
}

FringeSearchResult find_fringes(const Grid<double>& image, double pixel_size_nm,
                                std::span<const FringeFamily> families,
                                const FringeSearchOptions& options) {
  require_valid(options.validate());
  require_fringe_image(image, pixel_size_nm);
  double k_low = 0.5 / pixel_size_nm;
  double k_high = 0.0;
  for (const auto& family : families) {
    require_sampled(family.k_per_nm, pixel_size_nm);
    k_low = std::min(k_low, family.k_per_nm);
    k_high = std::max(k_high, family.k_per_nm);
  }
  const std::size_t n = numeric::fast_length(std::max(image.width(), image.height()));
  Spectrum spectrum;
  spectrum.step_per_nm = 1.0 / (static_cast<double>(n) * pixel_size_nm);
  spectrum.smoothing_px = std::max(1.0, options.smoothing_per_nm / spectrum.step_per_nm);
  spectrum.power = numeric::gaussian_filter(centred_power(image, n), spectrum.smoothing_px,
                                            numeric::Edge::mirror);
  const Rings rings(spectrum.power, spectrum.smoothing_px);
  // A margin either side: what fits no family is told too.
  const double margin = 1.0 + options.tolerance;
  const auto peaks =
      separate(all_peaks(spectrum, rings, 0.7 * k_low / margin,
                         std::min(1.3 * k_high * margin, 0.49 / pixel_size_nm), options),
               options);
  FringeSearchResult result;
  assign(peaks, families, options, result);
  result.k_step_per_nm = spectrum.step_per_nm;
  const std::size_t middle = n / 2;
  const auto centre = static_cast<double>(middle);
  for (std::size_t y = 0; y < n; ++y) {
    for (std::size_t x = 0; x < n; ++x) {
      const double median = rings.median(
          std::hypot(static_cast<double>(x) - centre, static_cast<double>(y) - centre));
      auto& value = spectrum.power(x, y);
      value = median > 0.0 ? value / median : 0.0;
    }
  }
  result.relative_power = std::move(spectrum.power);
  return result;
}

}  // namespace adatom::diffraction
