#include "saed_shadow.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace adatom::simulate {
namespace {

/// Distance to the edge of disc and rod together, negative inside.
class StopOutline {
 public:
  StopOutline(const SaedBeamStopOptions& stop, SaedCentre disc)
      : disc_(disc),
        radius_(stop.radius_px),
        half_rod_(0.5 * stop.rod_width_px),
        along_x_(std::cos(stop.rod_angle_deg * std::numbers::pi / 180.0)),
        along_y_(std::sin(stop.rod_angle_deg * std::numbers::pi / 180.0)) {}

  [[nodiscard]] double distance(double x, double y) const {
    const double dx = x - disc_.x_px;
    const double dy = y - disc_.y_px;
    double least = std::numeric_limits<double>::infinity();
    if (radius_ > 0.0) least = std::hypot(dx, dy) - radius_;
    if (half_rod_ > 0.0) {
      const double along = dx * along_x_ + dy * along_y_;
      const double across = std::abs(dy * along_x_ - dx * along_y_) - half_rod_;
      // The rod begins square at the disc's centre and has no other end.
      const double before = -along;
      const double rod =
          before > 0.0 && across > 0.0 ? std::hypot(before, across) : std::max(before, across);
      least = std::min(least, rod);
    }
    return least;
  }

 private:
  SaedCentre disc_;
  double radius_;
  double half_rod_;
  double along_x_;
  double along_y_;
};

}  // namespace

Grid<double> beam_stop_transmission(const SaedOptions& options, SaedCentre disc) {
  const auto& stop = options.beam_stop;
  Grid<double> part(static_cast<std::size_t>(options.pattern.width),
                    static_cast<std::size_t>(options.pattern.height), 1.0);
  if (stop.radius_px <= 0.0 && stop.rod_width_px <= 0.0) return part;
  const StopOutline outline(stop, disc);
  // Beyond this the shadow's edge does not reach into the pixel.
  const double far = 8.0 * stop.edge_px + 1.0;
  constexpr int samples = 4;  // along each side of a pixel
  const auto shadow = [&](double distance) {
    if (stop.edge_px <= 0.0) return distance < 0.0 ? 1.0 : 0.0;
    return 0.5 * std::erfc(distance / (std::numbers::sqrt2 * stop.edge_px));
  };
  for (std::size_t y = 0; y < part.height(); ++y) {
    for (std::size_t x = 0; x < part.width(); ++x) {
      const auto px = static_cast<double>(x);
      const auto py = static_cast<double>(y);
      const double middle = outline.distance(px, py);
      if (middle > far) continue;
      double mean = 1.0;
      if (middle > -far) {
        mean = 0.0;
        for (int i = 0; i < samples * samples; ++i) {
          const int row = i / samples;
          const double u = (i % samples + 0.5) / samples - 0.5;
          const double v = (row + 0.5) / samples - 0.5;
          mean += shadow(outline.distance(px + u, py + v)) / (samples * samples);
        }
      }
      part(x, y) = 1.0 - (1.0 - stop.transmission) * mean;
    }
  }
  return part;
}

}  // namespace adatom::simulate
