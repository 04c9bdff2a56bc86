#include "split_matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "adatom/base/parallel.h"
#include "pixel_outline.h"

namespace adatom::diffraction {
namespace {

/// Rows of pixels in one piece of work.
constexpr std::size_t rows_at_once = 16;

struct Entry {
  std::uint32_t pixel = 0;
  std::uint32_t bin = 0;
  float weight = 0.0F;
};

/// Detector to radius in bins and azimuth in sectors.
class PolarMap {
 public:
  PolarMap(const RoundPattern& map, const PolarBins& bins)
      : map_(map),
        s_min_(bins.s_min),
        per_s_(1.0 / bins.s_step),
        per_radian_(static_cast<double>(bins.sectors) / (2.0 * std::numbers::pi)) {}
  [[nodiscard]] PolarPoint operator()(double x_px, double y_px) const {
    const auto [sx, sy] = map_.s_at(x_px, y_px);
    return {(std::sqrt(sx * sx + sy * sy) - s_min_) * per_s_, std::atan2(sy, sx) * per_radian_};
  }

 private:
  const RoundPattern& map_;
  double s_min_;
  double per_s_;
  double per_radian_;
};

class RowSplitter {
 public:
  RowSplitter(std::size_t width, const PolarMap& map, const PolarBins& bins, double px_per_bin,
              Splitting splitting)
      : map_(map),
        radii_(static_cast<double>(bins.radii)),
        splitting_(splitting),
        splitter_(bins, px_per_bin),
        above_(width + 1),
        below_(width + 1) {}

  void begin(std::size_t y) { corners(static_cast<double>(y) - 0.5, below_); }

  /// Of the row after that of the call before.
  void split(std::size_t y, std::span<const std::uint8_t> counts, std::vector<Entry>& entries) {
    std::swap(above_, below_);
    corners(static_cast<double>(y) + 0.5, below_);
    const std::size_t width = above_.size() - 1;
    for (std::size_t x = 0; x < width; ++x) {
      if (!counts.empty() && counts[x] == 0) continue;
      const std::array<PolarPoint, 4> corner = {above_[x], above_[x + 1], below_[x + 1], below_[x]};
      if (is_outside(corner)) continue;
      const auto centre = [&] { return map_(static_cast<double>(x), static_cast<double>(y)); };
      if (splitting_ == Splitting::full) {
        splitter_.split_outline(corner, shares_);
      } else if (splitting_ == Splitting::bounding_box) {
        splitter_.split_box(centre(), corner, shares_);
      } else {
        splitter_.split_none(centre(), shares_);
      }
      for (const BinShare& share : shares_) {
        entries.push_back({static_cast<std::uint32_t>(y * width + x),
                           static_cast<std::uint32_t>(share.bin), static_cast<float>(share.share)});
      }
    }
  }

 private:
  void corners(double y_px, std::vector<PolarPoint>& row) const {
    for (std::size_t x = 0; x < row.size(); ++x) {
      row[x] = map_(static_cast<double>(x) - 0.5, y_px);
    }
  }
  /// Of all radii that a bounding box or a pixel with the centre in it could reach.
  [[nodiscard]] bool is_outside(const std::array<PolarPoint, 4>& corner) const {
    double low = corner[0].radius;
    double high = low;
    for (const PolarPoint& point : corner) {
      low = std::min(low, point.radius);
      high = std::max(high, point.radius);
    }
    const double margin = high - low;
    return low - margin > radii_ || high + margin < 0.0;
  }

  const PolarMap& map_;
  double radii_;
  Splitting splitting_;
  PixelSplitter splitter_;
  std::vector<PolarPoint> above_;
  std::vector<PolarPoint> below_;
  std::vector<BinShare> shares_;
};

/// Sorts entries, which are ordered by pixel, into rows by bin.
SplitMatrix sort_by_bin(std::vector<std::vector<Entry>>& blocks, std::size_t bins) {
  SplitMatrix matrix;
  matrix.begin.assign(bins + 1, 0);
  matrix.next_product.assign(bins, 0.0);
  for (const auto& block : blocks) {
    for (const Entry& entry : block) ++matrix.begin[entry.bin + 1];
  }
  for (std::size_t i = 0; i < bins; ++i) matrix.begin[i + 1] += matrix.begin[i];
  matrix.pixel.resize(matrix.begin[bins]);
  matrix.weight.resize(matrix.begin[bins]);
  std::vector<std::size_t> next(matrix.begin.begin(), matrix.begin.end() - 1);
  for (auto& block : blocks) {
    Entry before;
    for (const Entry& entry : block) {
      const std::size_t at = next[entry.bin]++;
      matrix.pixel[at] = entry.pixel;
      matrix.weight[at] = entry.weight;
      if (before.pixel == entry.pixel && before.bin + 1 == entry.bin) {
        matrix.next_product[before.bin] += static_cast<double>(before.weight * entry.weight);
      }
      before = entry;
    }
    block = {};
  }
  return matrix;
}

void add_offsets(std::size_t width, const RoundPattern& map, const PolarBins& bins,
                 SplitMatrix& matrix) {
  matrix.offset.resize(matrix.pixel.size());
  constexpr std::size_t grain = 64;
  parallel_ranges(matrix.bins(), grain, [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const double middle = bins.s_min + (static_cast<double>(i % bins.radii) + 0.5) * bins.s_step;
      for (std::size_t k = matrix.begin[i]; k < matrix.begin[i + 1]; ++k) {
        const std::size_t x = matrix.pixel[k] % width;
        const std::size_t y = matrix.pixel[k] / width;
        const auto [sx, sy] = map.s_at(static_cast<double>(x), static_cast<double>(y));
        matrix.offset[k] =
            static_cast<float>((std::sqrt(sx * sx + sy * sy) - middle) / bins.s_step);
      }
    }
  });
}

}  // namespace

double farthest_corner(std::size_t width, std::size_t height, const Geometry& geometry,
                       const Mask& mask) {
  const RoundPattern map(geometry);
  // Of an ellipse the farthest pixels of a row are the first and last that count.
  const bool ends_only = geometry.distortion_per_px == std::array<double, 4>{};
  double farthest = 0.0;
  for (std::size_t y = 0; y < height; ++y) {
    std::size_t first = 0;
    std::size_t last = width;
    if (!mask.empty()) {
      while (first < width && mask(first, y) == 0) ++first;
      while (last > first && mask(last - 1, y) == 0) --last;
    }
    if (first == last) continue;
    const std::size_t step = ends_only ? last - first : 1;
    for (std::size_t edge = first; edge <= last; edge += step) {
      for (const double dy : {-0.5, 0.5}) {
        const auto [sx, sy] =
            map.s_at(static_cast<double>(edge) - 0.5, static_cast<double>(y) + dy);
        farthest = std::max(farthest, std::sqrt(sx * sx + sy * sy));
      }
    }
  }
  return farthest;
}

SplitMatrix split_pixels(std::size_t width, std::size_t height, const RoundPattern& map,
                         const Mask& mask, const IntegrateOptions& options, const PolarBins& bins) {
  const PolarMap polar(map, bins);
  const auto& m = map.matrix();
  const double px_per_bin = bins.s_step / std::sqrt(m[0] * m[2] - m[1] * m[1]);
  std::vector<std::vector<Entry>> blocks((height + rows_at_once - 1) / rows_at_once);
  parallel_ranges(height, rows_at_once, [&](std::size_t from, std::size_t to) {
    RowSplitter rows(width, polar, bins, px_per_bin, options.splitting);
    std::vector<Entry>& entries = blocks[from / rows_at_once];
    entries.reserve((to - from) * width * 5 / 2);
    rows.begin(from);
    for (std::size_t y = from; y < to; ++y) {
      rows.split(y, mask.empty() ? std::span<const std::uint8_t>{} : mask.row(y), entries);
    }
  });
  SplitMatrix matrix = sort_by_bin(blocks, bins.radii * bins.sectors);
  if (options.error_model == ErrorModel::azimuthal) add_offsets(width, map, bins, matrix);
  return matrix;
}

}  // namespace adatom::diffraction
