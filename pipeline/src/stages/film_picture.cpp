#include "stages/film_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <Eigen/Geometry>

#include "md/atom_picture.h"

namespace adatom::pipeline {
namespace {

/// Each pixel is the mean of so many by so many.
constexpr std::size_t samples = 2;
constexpr std::size_t fine_px = samples * film_side_px;

constexpr std::size_t border_px = 4;
constexpr std::size_t bar_px = 6;

using Rgb = std::array<double, 3>;
constexpr Rgb dark = {0.2, 0.2, 0.2};
constexpr Rgb pale = {0.85, 0.85, 0.85};

/// Where the eye is, as in `report::draw_atoms`: rows are right, up, towards the eye.
Eigen::Matrix3d camera() {
  const Eigen::Vector3d towards = Eigen::Vector3d(0.48, -0.80, 0.36).normalized();
  const Eigen::Vector3d right = Eigen::Vector3d::UnitZ().cross(towards).normalized();
  Eigen::Matrix3d rows;
  rows.row(0) = right;
  rows.row(1) = towards.cross(right);
  rows.row(2) = towards;
  return rows;
}

/// What is nearest to the eye at each fine pixel.
class Canvas {
 public:
  Canvas() : depth_(fine_px * fine_px, -std::numeric_limits<double>::infinity()) {
    colour_.assign(fine_px * fine_px, {1.0, 1.0, 1.0});
  }

  /// @param x,y,radius in fine pixels; depth grows towards the eye, in the same unit
  void add_sphere(double x, double y, double depth, double radius, const Rgb& colour,
                  double fading) {
    const Eigen::Vector3d light = Eigen::Vector3d(-0.4, 0.5, 0.77).normalized();
    const auto low = [radius](double at) {
      return static_cast<std::size_t>(std::clamp(std::floor(at - radius), 0.0, double{fine_px}));
    };
    const auto high = [radius](double at) {
      return static_cast<std::size_t>(std::clamp(std::ceil(at + radius), 0.0, double{fine_px}));
    };
    for (std::size_t row = low(y); row < high(y); ++row) {
      for (std::size_t column = low(x); column < high(x); ++column) {
        const double dx = (static_cast<double>(column) + 0.5 - x) / radius;
        const double dy = (y - static_cast<double>(row) - 0.5) / radius;
        const double square = 1.0 - dx * dx - dy * dy;
        if (square <= 0.0) continue;
        const double dz = std::sqrt(square);
        double& nearest = depth_[row * fine_px + column];
        if (depth + radius * dz <= nearest) continue;
        nearest = depth + radius * dz;
        const double lit = 0.45 + 0.55 * std::max(0.0, Eigen::Vector3d(dx, dy, dz).dot(light));
        for (std::size_t c = 0; c < 3; ++c) {
          colour_[row * fine_px + column][c] = fading + (1.0 - fading) * lit * colour[c];
        }
      }
    }
  }

  [[nodiscard]] Rgb pixel(std::size_t x, std::size_t y) const {
    Rgb mean = {0.0, 0.0, 0.0};
    for (std::size_t dy = 0; dy < samples; ++dy) {
      for (std::size_t dx = 0; dx < samples; ++dx) {
        const Rgb& fine = colour_[(samples * y + dy) * fine_px + samples * x + dx];
        for (std::size_t c = 0; c < 3; ++c) mean[c] += fine[c] / (samples * samples);
      }
    }
    return mean;
  }

 private:
  std::vector<double> depth_;
  std::vector<Rgb> colour_;
};

/// Of each atom, from the column color.
std::vector<Rgb> colours_of(const crystal::Structure& structure) {
  std::vector<Rgb> colours(structure.atoms.size(), pale);
  for (const auto& column : structure.columns) {
    const auto* values = std::get_if<std::vector<double>>(&column.values);
    if (column.name != "color" || values == nullptr || column.width != 3) continue;
    for (std::size_t i = 0; i < colours.size(); ++i) {
      for (std::size_t c = 0; c < 3; ++c) colours[i][c] = (*values)[3 * i + c];
    }
  }
  return colours;
}

bool in_border(std::size_t x, std::size_t y) {
  const auto outside = [](std::size_t at) {
    return at < border_px || at >= film_side_px - border_px;
  };
  return outside(x) || outside(y);
}

}  // namespace

FilmView view_of(const std::vector<crystal::Structure>& models) {
  FilmView view{.side_angstrom = 0.0, .radius_angstrom = 1.0};
  for (std::size_t m = 0; m < models.size(); ++m) {
    Eigen::Vector3d middle = Eigen::Vector3d::Zero();
    const auto count = static_cast<double>(std::max<std::size_t>(models[m].atoms.size(), 1));
    for (const auto& atom : models[m].atoms) middle += atom.position_angstrom / count;
    for (const auto& atom : models[m].atoms) {
      view.side_angstrom =
          std::max(view.side_angstrom, 2.0 * (atom.position_angstrom - middle).norm());
    }
    // Nearest neighbours of an fcc crystal touch.
    if (m == 0) view.radius_angstrom = neighbour_reach_angstrom(models[m]) / 0.85 / std::sqrt(8.0);
  }
  // Some room for atoms that move outwards.
  view.side_angstrom = 1.1 * view.side_angstrom + 4.0 * view.radius_angstrom;
  return view;
}

std::vector<std::uint8_t> draw_film_frame(const FilmFrame& frame, const FilmView& view,
                                          double done) {
  static const Eigen::Matrix3d rows = camera();
  const double scale = static_cast<double>(fine_px) / view.side_angstrom;
  const double middle = 0.5 * static_cast<double>(fine_px);
  const std::vector<Rgb> colours = colours_of(frame.structure);
  Canvas canvas;
  for (std::size_t i = 0; i < frame.structure.atoms.size(); ++i) {
    const Eigen::Vector3d at = rows * frame.structure.atoms[i].position_angstrom;
    if (!at.allFinite()) continue;
    // Far atoms are paler.
    const double fading = 0.35 * std::clamp(0.5 - at.z() / view.side_angstrom, 0.0, 1.0);
    canvas.add_sphere(middle + scale * at.x(), middle - scale * at.y(), scale * at.z(),
                      scale * view.radius_angstrom, colours[i], fading);
  }
  std::vector<std::uint8_t> rgb;
  rgb.reserve(3 * film_side_px * film_side_px);
  const double bar_end = std::clamp(done, 0.0, 1.0) * static_cast<double>(film_side_px);
  for (std::size_t y = 0; y < film_side_px; ++y) {
    for (std::size_t x = 0; x < film_side_px; ++x) {
      Rgb colour = canvas.pixel(x, y);
      if (y >= film_side_px - bar_px) {
        colour = static_cast<double>(x) < bar_end ? dark : pale;
      } else if (frame.kind == FilmKind::model && in_border(x, y)) {
        colour = dark;
      }
      for (const double channel : colour) {
        rgb.push_back(
            static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(channel, 0.0, 1.0))));
      }
    }
  }
  return rgb;
}

}  // namespace adatom::pipeline
