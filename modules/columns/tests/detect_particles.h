#pragma once
// Simulated frames with known columns, for the tests of detection.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"

namespace adatom::columns::testing {

struct TrueColumn {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  int atoms = 1;
};

struct ParticleScene {
  double pixel_size_angstrom = 0.12;
  double width_angstrom = 0.7;           ///< rho
  double scs_per_atom_angstrom2 = 0.03;  ///< about gold's at 60-200 mrad, 300 kV
  double background = 0.0;               ///< fraction of the beam
  double slope_per_angstrom = 0.0;       ///< of the background, along x
  double dose_per_angstrom2 = 0.0;       ///< 0: no noise
  double distortion_angstrom = 0.0;      ///< standard deviation of each coordinate's displacement
  double radius_angstrom = 17.0;
  bool twin = false;        ///< the lower half mirrored at a (111) plane
  bool octahedron = false;  ///< a truncated octahedron instead of a sphere
  std::uint64_t seed = 1;
};

struct SimulatedFrame {
  Grid<double> image;
  std::vector<TrueColumn> columns;
};

inline std::vector<TrueColumn> gold_110_columns(const ParticleScene& scene) {
  // Gold along [110]: a centred rectangular net of a by a / sqrt 2; one atom per a / sqrt 2 of
  // depth.
  constexpr double a = 4.078;
  const double b = a / std::numbers::sqrt2;
  RandomStream random = RandomStream(scene.seed).substream(1);
  const double angle = std::numbers::pi * random.uniform();
  const double shift_x = random.uniform();
  const double shift_y = random.uniform();
  const double r = scene.radius_angstrom;
  std::vector<TrueColumn> columns;
  // The (111) plane contains the direction (a, b) / 2 x ... : its trace runs along (a/2, b/2).
  const double trace_x = a / std::hypot(a, b);
  const double trace_y = b / std::hypot(a, b);
  for (int i = -40; i <= 40; ++i) {
    for (int j = -40; j <= 40; ++j) {
      if ((i + j) % 2 != 0) continue;
      double x = 0.5 * a * (static_cast<double>(i) + (scene.twin ? 0.0 : shift_x));
      double y = 0.5 * b * (static_cast<double>(j) + (scene.twin ? 0.0 : shift_y));
      const double across = -trace_y * x + trace_x * y;
      if (scene.twin) {
        // Keep one half (the plane's own columns included) and mirror it: shared plane at 0.
        if (across < -1e-9) continue;
      }
      const auto place = [&](double px, double py) {
        const double from = std::hypot(px, py);
        double chord = 0.0;
        if (scene.octahedron) {
          const double edge = std::max({std::abs(px) + 0.7 * std::abs(py), 1.1 * std::abs(py)});
          chord = 2.0 * std::min(r - edge, 0.75 * r);
        } else {
          chord = from < r ? 2.0 * std::sqrt(r * r - from * from) : 0.0;
        }
        const int atoms = static_cast<int>(std::floor(chord / b));
        if (atoms < 1) return;
        const double cx = px * std::cos(angle) - py * std::sin(angle);
        const double cy = px * std::sin(angle) + py * std::cos(angle);
        columns.push_back({cx, cy, atoms});
      };
      place(x, y);
      if (scene.twin && across > 1e-9)
        place(x + 2.0 * across * trace_y, y - 2.0 * across * trace_x);
    }
  }
  for (TrueColumn& column : columns) {
    column.x_angstrom += scene.distortion_angstrom * random.normal();
    column.y_angstrom += scene.distortion_angstrom * random.normal();
  }
  return columns;
}

/// Draws columns (their positions as they are) on a frame of `side` pixels.
inline Grid<double> draw_frame(const std::vector<TrueColumn>& columns, const ParticleScene& scene,
                               std::size_t side) {
  const double rho = scene.width_angstrom;
  Grid<double> image(side, side);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      image(x, y) = scene.background +
                    scene.slope_per_angstrom * scene.pixel_size_angstrom * static_cast<double>(x);
    }
  }
  for (const TrueColumn& c : columns) {
    const double height = static_cast<double>(c.atoms) * scene.scs_per_atom_angstrom2 /
                          (2.0 * std::numbers::pi * rho * rho);
    for (std::size_t y = 0; y < side; ++y) {
      const double dy = static_cast<double>(y) * scene.pixel_size_angstrom - c.y_angstrom;
      if (std::abs(dy) > 6.0 * rho) continue;
      for (std::size_t x = 0; x < side; ++x) {
        const double dx = static_cast<double>(x) * scene.pixel_size_angstrom - c.x_angstrom;
        if (std::abs(dx) > 6.0 * rho) continue;
        image(x, y) += height * std::exp(-0.5 * (dx * dx + dy * dy) / (rho * rho));
      }
    }
  }
  if (scene.dose_per_angstrom2 > 0.0) {
    RandomStream random = RandomStream(scene.seed).substream(2);
    const double per_unit =
        scene.dose_per_angstrom2 * scene.pixel_size_angstrom * scene.pixel_size_angstrom;
    for (double& value : image.values()) {
      value = static_cast<double>(random.poisson(value * per_unit)) / per_unit;
    }
  }
  return image;
}

/// A gold particle in the middle of a frame with 5 A of vacuum about it.
inline SimulatedFrame simulate_particle(const ParticleScene& scene) {
  SimulatedFrame frame;
  frame.columns = gold_110_columns(scene);
  const double half = scene.radius_angstrom + 5.0;
  for (TrueColumn& c : frame.columns) {
    c.x_angstrom += half;
    c.y_angstrom += half;
  }
  frame.image = draw_frame(frame.columns, scene,
                           static_cast<std::size_t>(2.0 * half / scene.pixel_size_angstrom));
  return frame;
}

}  // namespace adatom::columns::testing
