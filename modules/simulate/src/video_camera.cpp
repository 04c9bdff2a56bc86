#include "video_camera.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "adatom/base/parallel.h"

namespace adatom::simulate {
namespace {

/// A Gaussian narrower than this cannot be sampled.
constexpr double narrowest_blur_px = 0.3;

/// Slow waves in random directions, of one to three times the shortest length; their sum has
/// unit variance over a large field.
class Waves {
 public:
  Waves(double shortest_length, RandomStream& random) {
    for (auto& wave : waves_) {
      const double k = 2.0 * std::numbers::pi / (shortest_length * (1.0 + 2.0 * random.uniform()));
      const double direction = 2.0 * std::numbers::pi * random.uniform();
      wave = {k * std::cos(direction), k * std::sin(direction),
              2.0 * std::numbers::pi * random.uniform()};
    }
  }
  [[nodiscard]] double at(double x, double y) const {
    double sum = 0.0;
    for (const auto& wave : waves_) sum += std::cos(wave.kx * x + wave.ky * y + wave.phase);
    return sum * std::sqrt(2.0 / static_cast<double>(waves_.size()));
  }

 private:
  struct Wave {
    double kx = 0.0;
    double ky = 0.0;
    double phase = 0.0;
  };
  std::array<Wave, 6> waves_;
};

}  // namespace

VideoCamera::VideoCamera(const VideoOptions& options, const RandomStream& random)
    : options_(options),
      painter_(std::max(options.particles.edge_blur_nm / options.camera.pixel_size_nm,
                        narrowest_blur_px)),
      background_(static_cast<std::size_t>(options.camera.width),
                  static_cast<std::size_t>(options.camera.height), options.background.level) {
  make_background(random);
}

void VideoCamera::make_background(RandomStream random) {
  const auto& b = options_.background;
  const double pixel = options_.camera.pixel_size_nm;
  const auto width = static_cast<double>(background_.width()) * pixel;
  const auto height = static_cast<double>(background_.height()) * pixel;
  const double middle_x = 0.5 * (width - pixel);
  const double middle_y = 0.5 * (height - pixel);
  const double c = std::cos(b.gradient_direction_rad);
  const double s = std::sin(b.gradient_direction_rad);
  const double across = width * std::abs(c) + height * std::abs(s);
  const Waves waves(b.wave_length_nm, random);
  if (b.cell_edge_radius_nm) {
    transmission_ = Grid<double>(background_.width(), background_.height(), 1.0);
  }
  parallel_for(background_.height(), [&](std::size_t j) {
    const double y = static_cast<double>(j) * pixel;
    for (std::size_t i = 0; i < background_.width(); ++i) {
      const double x = static_cast<double>(i) * pixel;
      double relative = 1.0;
      relative += b.gradient * ((x - middle_x) * c + (y - middle_y) * s) / across;
      if (b.waves > 0.0) relative += b.waves * waves.at(x, y);
      background_(i, j) *= std::max(relative, 0.0);
      if (!b.cell_edge_radius_nm) continue;
      const double inside =
          *b.cell_edge_radius_nm - std::hypot(x - b.cell_edge_x_nm.value_or(middle_x),
                                              y - b.cell_edge_y_nm.value_or(middle_y));
      const double open = 0.5 * std::erfc(-inside / (b.cell_edge_blur_nm * std::numbers::sqrt2));
      transmission_(i, j) = b.cell_edge_transmission + (1.0 - b.cell_edge_transmission) * open;
    }
  });
}

void VideoCamera::draw(std::span<const Patch> patches, std::size_t y, std::span<double> row) const {
  const auto below = background_.row(y);
  std::copy(below.begin(), below.end(), row.begin());
  const bool dark = options_.particles.tone == ParticleTone::dark;
  const auto width = static_cast<std::int64_t>(row.size());
  for (const auto& patch : patches) {
    const auto j = static_cast<std::int64_t>(y) - patch.y0;
    if (j < 0 || j >= static_cast<std::int64_t>(patch.values.height())) continue;
    const auto values = patch.values.row(static_cast<std::size_t>(j));
    const std::int64_t begin = std::max<std::int64_t>(patch.x0, 0);
    const std::int64_t end = std::min(patch.x0 + static_cast<std::int64_t>(values.size()), width);
    for (std::int64_t i = begin; i < end; ++i) {
      double& value = row[static_cast<std::size_t>(i)];
      const double share = values[static_cast<std::size_t>(i - patch.x0)];
      value = dark ? value * (1.0 - share) : value + share;
    }
  }
  if (transmission_.empty()) return;
  const auto open = transmission_.row(y);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] *= open[i];
}

void VideoCamera::record(std::span<double> row, double dose_factor, RandomStream random) const {
  const auto& camera = options_.camera;
  const double electrons =
      camera.dose_per_nm2 * camera.pixel_size_nm * camera.pixel_size_nm * dose_factor;
  for (double& value : row) {
    // Rounding may leave a share of a hair above 1.
    double counted = std::max(electrons * value, 0.0);
    if (camera.noise == CameraNoise::poisson) {
      counted = static_cast<double>(random.poisson(counted));
    }
    value = camera.offset + camera.gain * counted;
    if (camera.readout_noise > 0.0) value += camera.readout_noise * random.normal();
  }
}

Grid<double> VideoCamera::expose(std::span<const Body> bodies, double dose_factor,
                                 const RandomStream& random) const {
  std::vector<Patch> patches(bodies.size());
  parallel_for(bodies.size(), [&](std::size_t i) { patches[i] = painter_.paint(bodies[i]); });
  Grid<double> image(background_.width(), background_.height());
  constexpr std::size_t band = 16;  // rows a thread takes at a time
  parallel_ranges(image.height(), band, [&](std::size_t begin, std::size_t end) {
    for (std::size_t y = begin; y < end; ++y) {
      draw(patches, y, image.row(y));
      record(image.row(y), dose_factor, random.substream(y));
    }
  });
  return image;
}

}  // namespace adatom::simulate
