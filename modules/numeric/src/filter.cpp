#include "adatom/numeric/filter.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"

namespace adatom::numeric {
namespace {

constexpr double cut_sigmas = 5.0;
constexpr double max_sigma_px = 1e5;
constexpr std::size_t max_radius_px = 100;
constexpr std::size_t rows_at_a_time = 16;

void require(bool good, const std::string& what, const std::string& why) {
  if (!good) throw InputError(Complaint{.what = what, .where = {}, .why = why, .remedy = {}});
}

void require_filter(const Grid<double>& image, double sigma_px) {
  require(!image.empty(), "an empty image cannot be filtered", {});
  require(std::isfinite(sigma_px) && sigma_px >= 0.0 && sigma_px <= max_sigma_px,
          "the width of a Gaussian filter must be between 0 and 1e5 pixels", {});
}

// Half of the symmetric kernel: weights of the offsets 0, 1, 2, ...
std::vector<double> half_kernel(double sigma_px) {
  const auto radius = static_cast<std::size_t>(std::ceil(cut_sigmas * sigma_px));
  std::vector<double> weights(radius + 1);
  double sum = 0.0;
  for (std::size_t i = 0; i <= radius; ++i) {
    const double u = sigma_px > 0.0 ? static_cast<double>(i) / sigma_px : 0.0;
    weights[i] = std::exp(-0.5 * u * u);
    sum += i == 0 ? weights[i] : 2.0 * weights[i];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The index a mirrored image has at `i`, which may lie many widths outside.
std::size_t mirrored(std::ptrdiff_t i, std::size_t n) {
  const auto period = static_cast<std::ptrdiff_t>(2 * n);
  std::ptrdiff_t k = i % period;
  if (k < 0) k += period;
  const auto index = static_cast<std::size_t>(k);
  return index < n ? index : 2 * n - 1 - index;
}

// One line with `radius` values more on either side.
void pad_line(std::span<const double> line, std::size_t radius, Edge edge,
              std::vector<double>& padded) {
  const std::size_t n = line.size();
  padded.assign(n + 2 * radius, 0.0);
  std::ranges::copy(line, padded.begin() + static_cast<std::ptrdiff_t>(radius));
  if (edge == Edge::normalised) return;
  for (std::size_t i = 0; i < radius; ++i) {
    const auto offset = static_cast<std::ptrdiff_t>(i) + 1;
    padded[radius - 1 - i] = line[mirrored(-offset, n)];
    padded[radius + n + i] = line[mirrored(static_cast<std::ptrdiff_t>(n) + offset - 1, n)];
  }
}

// Sums of the weights that fall inside a line of length n, at every place of it.
std::vector<double> inside_weights(const std::vector<double>& kernel, std::size_t n) {
  std::vector<double> sums(n, kernel[0]);
  for (std::size_t x = 0; x < n; ++x) {
    for (std::size_t i = 1; i < kernel.size(); ++i) {
      if (i <= x) sums[x] += kernel[i];
      if (x + i < n) sums[x] += kernel[i];
    }
  }
  return sums;
}

void filter_rows(const Grid<double>& image, const std::vector<double>& kernel, Edge edge,
                 Grid<double>& result) {
  const std::size_t n = image.width();
  const std::size_t radius = kernel.size() - 1;
  const std::vector<double> inside =
      edge == Edge::normalised ? inside_weights(kernel, n) : std::vector<double>(n, 1.0);
  parallel_ranges(image.height(), rows_at_a_time, [&](std::size_t begin, std::size_t end) {
    std::vector<double> padded;
    for (std::size_t y = begin; y < end; ++y) {
      pad_line(image.row(y), radius, edge, padded);
      const std::span<double> out = result.row(y);
      const double* centre = padded.data() + radius;
      for (std::size_t x = 0; x < n; ++x) out[x] = kernel[0] * centre[x];
      for (std::size_t i = 1; i <= radius; ++i) {
        const double weight = kernel[i];
        const double* left = centre - i;
        const double* right = centre + i;
        for (std::size_t x = 0; x < n; ++x) out[x] += weight * (left[x] + right[x]);
      }
      for (std::size_t x = 0; x < n; ++x) out[x] /= inside[x];
    }
  });
}

void filter_columns(const Grid<double>& image, const std::vector<double>& kernel, Edge edge,
                    Grid<double>& result) {
  const std::size_t height = image.height();
  const std::size_t width = image.width();
  const std::vector<double> inside =
      edge == Edge::normalised ? inside_weights(kernel, height) : std::vector<double>(height, 1.0);
  parallel_ranges(height, rows_at_a_time, [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) {
      const std::span<double> out = result.row(y);
      std::ranges::fill(out, 0.0);
      const auto add = [&](std::ptrdiff_t from, double weight) {
        const bool outside = from < 0 || from >= static_cast<std::ptrdiff_t>(height);
        if (outside && edge == Edge::normalised) return;
        const std::span<const double> in = image.row(mirrored(from, height));
        for (std::size_t x = 0; x < width; ++x) out[x] += weight * in[x];
      };
      const auto here = static_cast<std::ptrdiff_t>(y);
      add(here, kernel[0]);
      for (std::size_t i = 1; i < kernel.size(); ++i) {
        add(here - static_cast<std::ptrdiff_t>(i), kernel[i]);
        add(here + static_cast<std::ptrdiff_t>(i), kernel[i]);
      }
      for (std::size_t x = 0; x < width; ++x) out[x] /= inside[y];
    }
  });
}

}  // namespace

Grid<double> gaussian_filter(const Grid<double>& image, double sigma_px, Edge edge) {
  require_filter(image, sigma_px);
  if (sigma_px == 0.0) return image;
  const std::vector<double> kernel = half_kernel(sigma_px);
  Grid<double> rows(image.width(), image.height());
  filter_rows(image, kernel, edge, rows);
  Grid<double> result(image.width(), image.height());
  filter_columns(rows, kernel, edge, result);
  return result;
}

Grid<double> difference_of_gaussians(const Grid<double>& image, double inner_px, double outer_px,
                                     Edge edge) {
  require_filter(image, inner_px);
  require_filter(image, outer_px);
  require(outer_px > inner_px, "a band-pass needs its outer width above its inner width", {});
  Grid<double> result = gaussian_filter(image, inner_px, edge);
  const Grid<double> smooth = gaussian_filter(image, outer_px, edge);
  for (std::size_t i = 0; i < result.size(); ++i) result.values()[i] -= smooth.values()[i];
  return result;
}

Grid<double> median_filter(const Grid<double>& image, std::size_t radius_px) {
  require(!image.empty(), "an empty image cannot be filtered", {});
  require(radius_px <= max_radius_px, "the radius of a median filter must be 100 pixels at most",
          {});
  Grid<double> result(image.width(), image.height());
  const auto radius = static_cast<std::ptrdiff_t>(radius_px);
  parallel_ranges(image.height(), rows_at_a_time, [&](std::size_t begin, std::size_t end) {
    std::vector<double> window;
    for (std::size_t y = begin; y < end; ++y) {
      for (std::size_t x = 0; x < image.width(); ++x) {
        window.clear();
        for (std::ptrdiff_t dy = -radius; dy <= radius; ++dy) {
          const std::size_t row = mirrored(static_cast<std::ptrdiff_t>(y) + dy, image.height());
          for (std::ptrdiff_t dx = -radius; dx <= radius; ++dx) {
            window.push_back(
                image(mirrored(static_cast<std::ptrdiff_t>(x) + dx, image.width()), row));
          }
        }
        const auto middle = window.begin() + static_cast<std::ptrdiff_t>(window.size() / 2);
        std::nth_element(window.begin(), middle, window.end());
        result(x, y) = *middle;
      }
    }
  });
  return result;
}

}  // namespace adatom::numeric
