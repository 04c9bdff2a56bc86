#include "saed_detector.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <span>
#include <utility>

#include "adatom/base/parallel.h"

namespace adatom::simulate {
namespace {

double saturation_of(const SaedDetectorOptions& options) {
  if (options.saturation) return *options.saturation;
  constexpr double largest_uint16 = 65535.0;
  return options.file_type == SaedFileType::uint16 ? largest_uint16
                                                   : std::numeric_limits<double>::max();
}

std::vector<char> gaps(const std::vector<double>& first, std::int64_t width, std::int64_t count) {
  std::vector<char> lies_in_gap(static_cast<std::size_t>(count), 0);
  for (const double begin : first) {
    const auto from = static_cast<std::int64_t>(begin);
    for (std::int64_t i = from; i < std::min(from + width, count); ++i) {
      lies_in_gap[static_cast<std::size_t>(i)] = 1;
    }
  }
  return lies_in_gap;
}

}  // namespace

SaedDetector::SaedDetector(const SaedOptions& options, const RandomStream& random)
    : options_(options.detector),
      gap_column_(gaps(options_.gap_columns, options_.gap_width_px, options.pattern.width)),
      gap_row_(gaps(options_.gap_rows, options_.gap_width_px, options.pattern.height)),
      saturation_(saturation_of(options_)) {
  RandomStream places = random;
  std::set<std::pair<std::int64_t, std::int64_t>> taken;
  const auto draw = [&](std::int64_t count) {
    std::vector<SaedPixel> pixels;
    while (static_cast<std::int64_t>(pixels.size()) < count) {
      const auto x = static_cast<std::int64_t>(
          places.below(static_cast<std::uint64_t>(options.pattern.width)));
      const auto y = static_cast<std::int64_t>(
          places.below(static_cast<std::uint64_t>(options.pattern.height)));
      if (taken.emplace(x, y).second) pixels.push_back({x, y});
    }
    return pixels;
  };
  hot_ = draw(options_.hot_pixels);
  dead_ = draw(options_.dead_pixels);
}

void SaedDetector::record_row(std::size_t y, std::span<double> row, RandomStream random) const {
  for (std::size_t x = 0; x < row.size(); ++x) {
    double electrons = row[x];
    if (options_.noise == SaedNoise::poisson) {
      electrons = static_cast<double>(random.poisson(electrons));
    }
    double counts = options_.gain * electrons + options_.offset;
    if (options_.read_noise > 0.0) counts += options_.read_noise * random.normal();
    row[x] = gap_row_[y] != 0 || gap_column_[x] != 0 ? 0.0 : counts;
  }
}

void SaedDetector::record(Grid<double>& image, const RandomStream& random) const {
  parallel_for(image.height(), [&](std::size_t y) {
    record_row(y, image.row(y), random.substream(static_cast<std::uint64_t>(y)));
  });
  const auto at = [&](const SaedPixel& pixel) -> double& {
    return image(static_cast<std::size_t>(pixel.x), static_cast<std::size_t>(pixel.y));
  };
  for (const auto& pixel : hot_) at(pixel) += options_.hot_counts;
  for (const auto& pixel : dead_) at(pixel) = 0.0;
  for (double& value : image.values()) {
    value = std::min(value, saturation_);
    if (options_.polarity == SaedPolarity::inverted) value = saturation_ - value;
    if (options_.file_type == SaedFileType::uint16) value = std::max(std::round(value), 0.0);
  }
}

}  // namespace adatom::simulate
