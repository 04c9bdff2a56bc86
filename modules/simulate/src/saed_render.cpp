#include "saed_render.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/parallel.h"
#include "saed_shadow.h"

namespace adatom::simulate {
namespace {

const double fwhm_per_sigma = 2.0 * std::sqrt(2.0 * std::numbers::ln2);
// exp(-reach^2 / 2) = 1e-16
constexpr double reach_in_sigmas = 8.584;

/// Points and weights of Gauss and Legendre in [-1/2, 1/2]; the weights add up to 1.
struct Quadrature {
  std::vector<double> at;
  std::vector<double> weight;
};

Quadrature gauss_legendre(int order) {
  Quadrature rule;
  for (int i = 0; i < order; ++i) {
    double x = std::cos(std::numbers::pi * (i + 0.75) / (order + 0.5));
    double slope = 1.0;
    for (int step = 0; step < 20; ++step) {  // Newton's steps converge in five
      double p0 = 1.0;
      double p1 = x;
      for (int n = 2; n <= order; ++n) {
        const double p2 = ((2 * n - 1) * x * p1 - (n - 1) * p0) / n;
        p0 = p1;
        p1 = p2;
      }
      slope = order * (x * p1 - p0) / (x * x - 1.0);
      x -= p1 / slope;
    }
    rule.at.push_back(0.5 * x);
    rule.weight.push_back(1.0 / ((1.0 - x * x) * slope * slope));
  }
  return rule;
}

/// Points along a pixel's side that integrate a peak of this width (standard deviation of a
/// Gaussian of the same half width) to 1e-4 of its height or better, whatever its shape.
int points_for(double sigma_px) {
  if (sigma_px >= 1.2) return 3;
  if (sigma_px >= 0.6) return 4;
  if (sigma_px >= 0.3) return 6;
  if (sigma_px >= 0.15) return 10;
  return 20;
}

/// Adds height exp(-(s - middle)^2 / (2 sigma^2)) to a table of s = (i - 1) step.
void add_gaussian(std::vector<double>& table, double step, double height, double middle,
                  double sigma) {
  const double last = static_cast<double>(table.size() - 1);
  const double low = std::ceil((middle - reach_in_sigmas * sigma) / step) + 1.0;
  const double high = std::floor((middle + reach_in_sigmas * sigma) / step) + 1.0;
  if (high < 0.0 || low > last) return;
  const auto end = static_cast<std::size_t>(std::min(high, last)) + 1;
  for (auto i = static_cast<std::size_t>(std::max(low, 0.0)); i < end; ++i) {
    const double x = ((static_cast<double>(i) - 1.0) * step - middle) / sigma;
    table[i] += height * std::exp(-0.5 * x * x);
  }
}

/// Adds area times a pseudo-Voigt.
void add_ring(std::vector<double>& table, double step, double area, const SaedRing& ring) {
  const double sigma = ring.width_per_angstrom / fwhm_per_sigma;
  const double gauss_area = area * (1.0 - ring.lorentz_share);
  add_gaussian(table, step, gauss_area / (sigma * std::sqrt(2.0 * std::numbers::pi)),
               ring.s_per_angstrom, sigma);
  const double half = 0.5 * ring.width_per_angstrom;
  const double top = area * ring.lorentz_share / (std::numbers::pi * half);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double x = ((static_cast<double>(i) - 1.0) * step - ring.s_per_angstrom) / half;
    table[i] += top / (1.0 + x * x);
  }
}

double narrowest_width(const SaedOptions& options) {
  double width = options.pattern.width_per_angstrom;
  if (options.beam.central_counts > 0.0) {
    width = std::min(width, options.beam.central_width_px * options.pattern.s_per_px);
  }
  for (const double halo : options.beam.halo_width_per_angstrom) width = std::min(width, halo);
  return width;
}

}  // namespace

/// A function of s times 1 + c2 cos 2(azimuth - angle) + c4 cos 4(azimuth - angle).
struct SaedRenderer::Layer {
  std::vector<double> table;  ///< at s = (i - 1) step: one point before 0
  double c2 = 0.0;
  double c4 = 0.0;

  /// Between the points by the cubic through four of them.
  [[nodiscard]] double at(double index) const {
    const auto i = std::min(static_cast<std::size_t>(index), table.size() - 4);
    const double t = index - static_cast<double>(i);
    const double* p = table.data() + i;
    const double a = t - 1.0;
    const double b = t - 2.0;
    const double c = t + 1.0;
    return (c * t * a * p[3] - t * a * b * p[0]) / 6.0 +
           (c * a * b * p[1] - c * t * b * p[2]) / 2.0;
  }
};

SaedGeometry::SaedGeometry(const SaedPatternOptions& pattern) {
  const double angle = pattern.ellipse_angle_deg * std::numbers::pi / 180.0;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  // R diag(long, across) R^T
  const auto symmetric = [&](double along, double across) {
    return std::array{c * c * along + s * s * across, c * s * (along - across),
                      s * s * along + c * c * across};
  };
  const double root = std::sqrt(pattern.ellipse_ratio);
  const double scale = pattern.s_per_px;
  forward_ = symmetric(scale / root, scale * root);
  backward_ = symmetric(root / scale, 1.0 / (root * scale));
}

std::array<double, 2> SaedGeometry::s_at(double dx, double dy) const {
  return {forward_[0] * dx + forward_[1] * dy, forward_[1] * dx + forward_[2] * dy};
}

std::array<double, 2> SaedGeometry::px_at(double sx, double sy) const {
  return {backward_[0] * sx + backward_[1] * sy, backward_[1] * sx + backward_[2] * sy};
}

SaedRenderer::SaedRenderer(const SaedOptions& options, double s_max, SaedCentre beam_stop)
    : options_(options),
      geometry_(options.pattern),
      s_max_(s_max),
      narrowest_(narrowest_width(options)),
      // Twenty points a standard deviation: the cubic is within 1e-6 of a Gaussian's height.
      step_(std::min(narrowest_ / (20.0 * fwhm_per_sigma), 0.1 * options.pattern.s_per_px)),
      transmission_(beam_stop_transmission(options, beam_stop)) {}

void SaedRenderer::add_background(std::vector<double>& table) const {
  const auto& beam = options_.beam;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double s = std::abs(static_cast<double>(i) - 1.0) * step_;
    table[i] += beam.background_constant +
                beam.background_decay_height * std::exp(-s / beam.background_decay_per_angstrom);
  }
  for (std::size_t i = 0; i < beam.halo_height.size(); ++i) {
    add_gaussian(table, step_, beam.halo_height[i], 1.0 / beam.halo_d_angstrom[i],
                 beam.halo_width_per_angstrom[i] / fwhm_per_sigma);
  }
  const double sigma_px = beam.central_width_px / fwhm_per_sigma;
  add_gaussian(table, step_, beam.central_counts / (2.0 * std::numbers::pi * sigma_px * sigma_px),
               0.0, sigma_px * options_.pattern.s_per_px);
}

std::vector<SaedRenderer::Layer> SaedRenderer::make_layers(const SaedMixture& mixture,
                                                           const SaedMixture::State& state) const {
  const auto points = static_cast<std::size_t>(std::ceil(s_max_ / step_)) + 5;
  std::vector<Layer> layers(1);
  layers[0].table.assign(points, 0.0);
  add_background(layers[0].table);
  const auto phases = mixture.phases();
  std::vector<std::size_t> layer_of(phases.size(), 0);
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (mixture.texture2(i) == 0.0 && mixture.texture4(i) == 0.0) continue;
    layer_of[i] = layers.size();
    layers.push_back({std::vector<double>(points, 0.0), mixture.texture2(i), mixture.texture4(i)});
  }
  for (const auto& ring : state.rings) {
    std::size_t layer = 0;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      if (phases[i].name == ring.phase) layer = layer_of[i];
    }
    add_ring(layers[layer].table, step_, ring.profile_area / options_.detector.gain, ring);
  }
  return layers;
}

void SaedRenderer::draw_rows(std::span<const Layer> layers, SaedCentre centre, std::size_t begin,
                             std::size_t end, Grid<double>& image) const {
  const auto rule =
      gauss_legendre(points_for(narrowest_ / (fwhm_per_sigma * options_.pattern.s_per_px)));
  const std::size_t order = rule.at.size();
  const double angle = options_.crystallites.texture_angle_deg * std::numbers::pi / 180.0;
  const double cos2_angle = std::cos(2.0 * angle);
  const double sin2_angle = std::sin(2.0 * angle);
  const double per_step = 1.0 / step_;
  for (std::size_t y = begin; y < end; ++y) {
    const auto row = image.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      double sum = 0.0;
      for (std::size_t j = 0; j < order; ++j) {
        const double dy = static_cast<double>(y) + rule.at[j] - centre.y_px;
        for (std::size_t i = 0; i < order; ++i) {
          const double dx = static_cast<double>(x) + rule.at[i] - centre.x_px;
          const auto s = geometry_.s_at(dx, dy);
          const double s2 = s[0] * s[0] + s[1] * s[1];
          const double index = std::sqrt(s2) * per_step;
          double value = layers[0].at(index);
          for (const auto& layer : layers.subspan(1)) {
            // Twice the azimuth, from the direction of the texture.
            const double c = s2 > 0.0 ? (s[0] * s[0] - s[1] * s[1]) / s2 : 1.0;
            const double d = s2 > 0.0 ? 2.0 * s[0] * s[1] / s2 : 0.0;
            const double cos2 = c * cos2_angle + d * sin2_angle;
            value +=
                layer.at(index) * (1.0 + layer.c2 * cos2 + layer.c4 * (2.0 * cos2 * cos2 - 1.0));
          }
          sum += rule.weight[i] * rule.weight[j] * value;
        }
      }
      row[x] = sum;
    }
  }
}

void SaedRenderer::add_spot(const SaedSpot& spot, SaedCentre centre, Grid<double>& image) const {
  const auto from_centre = geometry_.px_at(spot.s_per_angstrom * std::cos(spot.azimuth_rad),
                                           spot.s_per_angstrom * std::sin(spot.azimuth_rad));
  const double sigma = options_.spots.width_px / fwhm_per_sigma;
  // What a Gaussian leaves in the pixels along one axis.
  const auto shares = [&](double middle, std::size_t count) {
    const double reach = reach_in_sigmas * sigma;
    const auto last = static_cast<std::int64_t>(count) - 1;
    const auto low = std::max<std::int64_t>(std::llround(middle - reach), 0);
    const auto high = std::min<std::int64_t>(std::llround(middle + reach), last);
    std::vector<std::pair<std::size_t, double>> list;
    for (std::int64_t i = low; i <= high; ++i) {
      const double x = (static_cast<double>(i) - middle) / (std::numbers::sqrt2 * sigma);
      const double half = 0.5 / (std::numbers::sqrt2 * sigma);
      list.emplace_back(static_cast<std::size_t>(i),
                        0.5 * (std::erf(x + half) - std::erf(x - half)));
    }
    return list;
  };
  const auto along_x = shares(centre.x_px + from_centre[0], image.width());
  for (const auto& [y, part_y] : shares(centre.y_px + from_centre[1], image.height())) {
    for (const auto& [x, part_x] : along_x) image(x, y) += spot.electrons * part_x * part_y;
  }
}

Grid<double> SaedRenderer::electrons(const SaedMixture& mixture, const SaedMixture::State& state,
                                     std::span<const SaedSpot> spots, SaedCentre centre) const {
  Grid<double> image(static_cast<std::size_t>(options_.pattern.width),
                     static_cast<std::size_t>(options_.pattern.height));
  const auto layers = make_layers(mixture, state);
  constexpr std::size_t band = 16;  // rows a thread takes at a time
  parallel_ranges(image.height(), band, [&](std::size_t begin, std::size_t end) {
    draw_rows(layers, centre, begin, end, image);
  });
  for (const auto& spot : spots) add_spot(spot, centre, image);
  for (std::size_t i = 0; i < image.size(); ++i) image.values()[i] *= transmission_.values()[i];
  return image;
}

}  // namespace adatom::simulate
