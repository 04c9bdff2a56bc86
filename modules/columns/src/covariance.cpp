#include "covariance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "adatom/base/parallel.h"
#include "minimize.h"
#include "render.h"

namespace adatom::columns {
namespace {

constexpr std::size_t variance_bins = 64;

// Pairs of columns further apart than so many widths count as uncoupled in a covariance. For two
// columns alone in front of nothing that changes a variance by at most 6e-5 (uniform weights) or
// 1e-4 (1/f weights), and it falls steeply with distance; the elimination then has thin separators.
double covariance_reach(NoiseModel noise) { return noise == NoiseModel::gaussian ? 5.5 : 6.5; }

// Pixels of like model intensity, summed.
struct Bin {
  double pixels = 0.0;
  double intensity = 0.0;
  double squares = 0.0;
};

std::vector<Bin> bin_residuals(const Raster& image, const Raster& model) {
  double low = 0.0;
  double high = 0.0;
  for (std::size_t y = 0; y < image.height(); ++y) {
    const auto [least, most] = std::minmax_element(model.row(y), model.row(y) + image.width());
    low = std::min(low, *least);
    high = std::max(high, *most);
  }
  const double scale = high > low ? static_cast<double>(variance_bins) / (high - low) : 0.0;
  std::vector<Bin> bins(variance_bins);
  for (std::size_t y = 0; y < image.height(); ++y) {
    for (std::size_t x = 0; x < image.width(); ++x) {
      const double f = model.row(y)[x];
      const auto index = static_cast<std::size_t>((f - low) * scale);
      Bin& bin = bins[std::min(index, variance_bins - 1)];
      const double residual = image.row(y)[x] - f;
      bin.pixels += 1.0;
      bin.intensity += std::max(0.0, f);
      bin.squares += residual * residual;
    }
  }
  std::erase_if(bins, [](const Bin& bin) { return bin.pixels == 0.0; });
  return bins;
}

// What an information matrix needs at a set of parameters, drawn once.
struct FisherFrame {
  std::vector<Stamp> stamps;
  BlockPattern pattern;
  Raster model;
  Raster slope;

  FisherFrame(const Scene& scene, const Layout& layout, NoiseModel noise)
      : model(scene.width, scene.height), slope(scene.width, scene.height) {
    std::vector<Support> supports;
    refresh_supports(scene, supports);
    fill_stamps(scene, supports, stamps);
    pattern = find_pairs(scene, supports, covariance_reach(noise));
    render_model(scene, stamps, model);
    if (layout.common_width == 1) render_width_slope(scene, stamps, slope);
  }
};

template <class Value>
Raster map_pixels(const Raster& model, const Value& value) {
  Raster out(model.width(), model.height());
  parallel_ranges(model.height(), rows_per_band, [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) {
      for (std::size_t x = 0; x < model.width(); ++x) out.row(y)[x] = value(model.row(y)[x]);
    }
  });
  return out;
}

double standard_error(double variance) { return std::sqrt(std::max(0.0, variance)); }

}  // namespace

VarianceModel fit_variance(const Raster& image, const Raster& model) {
  const std::vector<Bin> bins = bin_residuals(image, model);
  double pixels = 0.0;
  double squares = 0.0;
  for (const Bin& bin : bins) {
    pixels += bin.pixels;
    squares += bin.squares;
  }
  const double mean = squares / pixels;
  VarianceModel fitted{.readout = mean, .gain = 0.0};
  if (mean <= 0.0) return fitted;
  for (int iteration = 0; iteration < 20; ++iteration) {
    // Weighted straight line through (intensity, squared residual) of the bins.
    double s0 = 0.0;
    double s1 = 0.0;
    double s2 = 0.0;
    double t0 = 0.0;
    double t1 = 0.0;
    for (const Bin& bin : bins) {
      const double f = bin.intensity / bin.pixels;
      const double expected = std::max(fitted.readout + fitted.gain * f, 1e-3 * mean);
      const double weight = bin.pixels / (expected * expected);
      s0 += weight;
      s1 += weight * f;
      s2 += weight * f * f;
      t0 += weight * bin.squares / bin.pixels;
      t1 += weight * f * bin.squares / bin.pixels;
    }
    const double determinant = s0 * s2 - s1 * s1;
    if (determinant <= 1e-12 * s0 * s2) return {.readout = mean, .gain = 0.0};
    fitted.readout = (s2 * t0 - s1 * t1) / determinant;
    fitted.gain = (s0 * t1 - s1 * t0) / determinant;
    if (fitted.gain < 0.0) fitted = {.readout = t0 / s0, .gain = 0.0};
    if (fitted.readout < 0.0) fitted = {.readout = 0.0, .gain = t1 / s2};
  }
  return fitted;
}

Covariance invert_information(const Scene& scene, const Layout& layout,
                              const Likelihood& likelihood) {
  const FisherFrame frame(scene, layout, likelihood.noise);
  const Raster weight = map_pixels(frame.model, [&](double f) { return likelihood.weight(f); });
  const Linearization at{scene, frame.stamps, frame.pattern, &weight, &frame.slope};
  const NormalMatrix matrix = assemble_matrix(at, layout);
  Covariance covariance =
      invert_selected(matrix, frame.pattern, dissect(frame.pattern, scene.columns));
  mark_undetermined(matrix, covariance);
  return covariance;
}

Covariance estimate_least_squares_covariance(const Scene& scene, const Layout& layout,
                                             const VarianceModel& variance) {
  const FisherFrame frame(scene, layout, NoiseModel::gaussian);
  const EliminationTree tree = dissect(frame.pattern, scene.columns);
  const Linearization plain{scene, frame.stamps, frame.pattern, nullptr, &frame.slope};
  const NormalMatrix a = assemble_matrix(plain, layout);
  if (variance.gain <= 0.0) {
    Covariance covariance = invert_selected(a, frame.pattern, tree);
    for (Eigen::Matrix4d& c : covariance.columns) c *= variance.readout;
    covariance.border *= variance.readout;
    mark_undetermined(a, covariance);
    return covariance;
  }
  double largest = 0.0;
  const Raster pixel_variance = map_pixels(
      frame.model, [&](double f) { return variance.readout + variance.gain * std::max(0.0, f); });
  for (std::size_t y = 0; y < scene.height; ++y) {
    largest = std::max(
        largest, *std::max_element(pixel_variance.row(y), pixel_variance.row(y) + scene.width));
  }
  const Linearization weighted{scene, frame.stamps, frame.pattern, &pixel_variance, &frame.slope};
  const NormalMatrix m = assemble_matrix(weighted, layout);
  // A^-1 M A^-1 is minus the derivative of (A + t M)^-1 at t = 0. M is at most `largest` times A,
  // so with t = 1e-4/largest the central difference is right to 1e-8, its rounding to about 1e-11.
  const double t = 1e-4 / largest;
  const Covariance above = invert_selected(add_scaled(a, t, m), frame.pattern, tree);
  Covariance below = invert_selected(add_scaled(a, -t, m), frame.pattern, tree);
  const double factor = 0.5 / t;
  for (std::size_t i = 0; i < below.columns.size(); ++i) {
    const Eigen::Matrix4d usual = variance.readout * above.columns[i];
    below.columns[i] = factor * (below.columns[i] - above.columns[i]);
    // Columns that cannot be told apart: rounding may have won over the difference.
    if ((below.columns[i].diagonal().array() < 0.0).any())
      below.columns[i] = usual * (largest / std::max(variance.readout, 1e-3 * largest));
  }
  below.border = factor * (below.border - above.border);
  mark_undetermined(a, below);
  return below;
}

Column to_column(const PixelColumn& column, const Eigen::Matrix4d& covariance,
                 double pixel_size_angstrom) {
  const double area = pixel_size_angstrom * pixel_size_angstrom;
  const double two_pi = 2.0 * std::numbers::pi;
  Column out;
  out.x_angstrom = column.x * pixel_size_angstrom;
  out.y_angstrom = column.y * pixel_size_angstrom;
  out.height = column.height;
  out.width_angstrom = column.width * pixel_size_angstrom;
  out.scs_angstrom2 = two_pi * column.height * column.width * column.width * area;
  out.height_stderr = standard_error(covariance(0, 0));
  out.x_stderr_angstrom = pixel_size_angstrom * standard_error(covariance(1, 1));
  out.y_stderr_angstrom = pixel_size_angstrom * standard_error(covariance(2, 2));
  out.width_stderr_angstrom = pixel_size_angstrom * standard_error(covariance(3, 3));
  const double by_height = two_pi * column.width * column.width;
  const double by_width = 2.0 * two_pi * column.height * column.width;
  double variance = by_height * by_height * covariance(0, 0);
  if (by_width != 0.0) {  // without a height the width does not matter, even if nothing tells it
    variance += 2.0 * by_height * by_width * covariance(0, 3);
    variance += by_width * by_width * covariance(3, 3);
  }
  out.scs_stderr_angstrom2 = area * standard_error(variance);
  return out;
}

Covariance nothing_determined(const Scene& scene, const Layout& layout) {
  const auto shared = static_cast<Eigen::Index>(layout.border());
  const Eigen::Vector4d infinite = Eigen::Vector4d::Constant(undetermined);
  Covariance covariance{.columns = {}, .border = Eigen::MatrixXd::Zero(shared, shared)};
  covariance.columns.assign(scene.columns.size(), Eigen::Matrix4d(Eigen::Matrix4d::Zero()));
  for (Eigen::Matrix4d& c : covariance.columns) c.diagonal() = infinite;
  covariance.border.diagonal().setConstant(undetermined);
  return covariance;
}

Background to_background(const Scene& scene, const Layout& layout, const Covariance& covariance,
                         double pixel_size_angstrom) {
  Background out{.level = scene.level,
                 .slope_x_per_angstrom = scene.slope_x / pixel_size_angstrom,
                 .slope_y_per_angstrom = scene.slope_y / pixel_size_angstrom};
  const auto first = static_cast<Eigen::Index>(layout.common_width);
  if (layout.background_terms > 0) {
    out.level_stderr = standard_error(covariance.border(first, first));
  }
  if (layout.background_terms == 3) {
    out.slope_x_stderr_per_angstrom =
        standard_error(covariance.border(first + 1, first + 1)) / pixel_size_angstrom;
    out.slope_y_stderr_per_angstrom =
        standard_error(covariance.border(first + 2, first + 2)) / pixel_size_angstrom;
  }
  return out;
}

}  // namespace adatom::columns
