#include "detect_peaks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "adatom/numeric/filter.h"

namespace adatom::columns::detail {
namespace {

constexpr double scale_step = 1.25;
constexpr double weakest_response = 0.15;  // of the strongest: the scale is the strong blobs' one
constexpr std::size_t large_side_px = 768;
constexpr std::size_t window_side_px = 512;

// The place of a parabola's extremum through three values about 0, within half a pixel.
double vertex(double before, double here, double after) {
  const double curvature = before - 2.0 * here + after;
  if (curvature >= 0.0) return 0.0;
  return std::clamp(0.5 * (before - after) / curvature, -0.5, 0.5);
}

// The window with the largest variance among windows half overlapping.
Grid<double> liveliest_window(const Grid<double>& image) {
  if (image.width() <= large_side_px && image.height() <= large_side_px) return image;
  const std::size_t w = std::min(image.width(), window_side_px);
  const std::size_t h = std::min(image.height(), window_side_px);
  std::size_t best_x = 0;
  std::size_t best_y = 0;
  double best = -1.0;
  for (std::size_t y0 = 0; y0 + h <= image.height(); y0 += window_side_px / 2) {
    for (std::size_t x0 = 0; x0 + w <= image.width(); x0 += window_side_px / 2) {
      double sum = 0.0;
      double squares = 0.0;
      for (std::size_t y = y0; y < y0 + h; ++y) {
        for (const double value : image.row(y).subspan(x0, w)) {
          sum += value;
          squares += value * value;
        }
      }
      const double variance = squares - sum * sum / static_cast<double>(w * h);
      if (variance > best) {
        best = variance;
        best_x = x0;
        best_y = y0;
      }
    }
  }
  Grid<double> window(w, h);
  for (std::size_t y = 0; y < h; ++y) {
    std::ranges::copy(image.row(best_y + y).subspan(best_x, w), window.row(y).begin());
  }
  return window;
}

}  // namespace

std::vector<Peak> local_maxima(const Grid<double>& map, double threshold) {
  std::vector<Peak> peaks;
  for (std::size_t y = 0; y < map.height(); ++y) {
    for (std::size_t x = 0; x < map.width(); ++x) {
      const double here = map(x, y);
      if (!(here > threshold)) continue;
      const std::size_t left = x > 0 ? x - 1 : x;
      const std::size_t right = std::min(x + 1, map.width() - 1);
      const std::size_t above = y > 0 ? y - 1 : y;
      const std::size_t below = std::min(y + 1, map.height() - 1);
      bool highest = true;
      for (std::size_t v = above; v <= below && highest; ++v) {
        for (std::size_t u = left; u <= right && highest; ++u) {
          // Of equal neighbours the first in reading order is the maximum.
          const bool earlier = v < y || (v == y && u < x);
          highest = earlier ? here > map(u, v) : here >= map(u, v);
        }
      }
      if (!highest) continue;
      const bool inner_x = left < x && x < right;
      const bool inner_y = above < y && y < below;
      peaks.push_back(
          {static_cast<double>(x) + (inner_x ? vertex(map(left, y), here, map(right, y)) : 0.0),
           static_cast<double>(y) + (inner_y ? vertex(map(x, above), here, map(x, below)) : 0.0),
           here});
    }
  }
  return peaks;
}

Grid<double> blob_response(const Grid<double>& smooth, double sigma_px) {
  Grid<double> response(smooth.width(), smooth.height());
  const double factor = sigma_px * sigma_px;
  for (std::size_t y = 0; y < smooth.height(); ++y) {
    const auto above = smooth.row(y > 0 ? y - 1 : y);
    const auto here = smooth.row(y);
    const auto below = smooth.row(std::min(y + 1, smooth.height() - 1));
    const auto out = response.row(y);
    for (std::size_t x = 0; x < smooth.width(); ++x) {
      const double left = here[x > 0 ? x - 1 : x];
      const double right = here[std::min(x + 1, smooth.width() - 1)];
      out[x] = factor * (4.0 * here[x] - left - right - above[x] - below[x]);
    }
  }
  return response;
}

std::vector<Peak> find_blobs(const Grid<double>& image, const NoiseCurve& noise, double sigma_px,
                             double threshold) {
  const Grid<double> smooth = numeric::gaussian_filter(image, sigma_px, numeric::Edge::mirror);
  std::vector<Peak> peaks = local_maxima(blob_response(smooth, sigma_px), 0.0);
  const double gain = 1.0 / (std::sqrt(2.0 * std::numbers::pi) * sigma_px);
  std::erase_if(peaks, [&](const Peak& peak) {
    const auto x = static_cast<std::size_t>(std::lround(peak.x));
    const auto y = static_cast<std::size_t>(std::lround(peak.y));
    return peak.value < threshold * gain * noise.sigma(smooth(x, y));
  });
  return peaks;
}

double blob_scale(const Grid<double>& image, const NoiseCurve& noise, double low_px, double high_px,
                  double threshold) {
  const Grid<double> window = liveliest_window(image);
  double best_scale = 0.0;
  double best_sum = 0.0;
  for (double sigma = low_px; sigma <= high_px * (1.0 + 1e-9); sigma *= scale_step) {
    const std::vector<Peak> peaks = find_blobs(window, noise, sigma, threshold);
    double strongest = 0.0;
    for (const Peak& peak : peaks) strongest = std::max(strongest, peak.value);
    double sum = 0.0;
    for (const Peak& peak : peaks) {
      if (peak.value >= weakest_response * strongest) sum += peak.value * peak.value;
    }
    if (sum > best_sum) {
      best_sum = sum;
      best_scale = sigma;
    }
  }
  return best_scale;
}

}  // namespace adatom::columns::detail
