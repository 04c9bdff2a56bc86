#pragma once
// Synthetic frames with a known truth, for the tests of the fit.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/random.h"
#include "adatom/columns/evaluate.h"
#include "adatom/columns/model.h"

namespace adatom::columns::testing {

/// Geometry of gold along a zone axis: a rectangular cell of columns with one more at its centre
/// ([110]: a/sqrt2 by a), or a square one ([100]: a/2).
enum class Zone { axis_100, axis_110 };

struct FrameSpec {
  Zone zone = Zone::axis_110;
  std::size_t size = 256;
  double pixel_size_angstrom = 0.13;
  double width_angstrom = 0.6;
  double margin_angstrom = 3.0;  ///< from the border to the first column
  double background = 0.0;
  double jitter_angstrom = 0.08;  ///< static displacements, so that no column sits on a lattice
  double width_spread = 0.0;      ///< relative standard deviation of individual widths
};

struct Frame {
  double pixel_size_angstrom = 0.0;
  std::vector<Column> columns;
  Background background;
  Grid<double> image;
};

/// Cross-section of a gold column of n atoms, about what multislice gives at 80-200 mrad: nearly
/// linear, bending down when columns get thick.
inline double gold_scs(std::size_t atoms) {
  const double n = static_cast<double>(atoms);
  return 0.035 * n / (1.0 + 0.02 * n);
}

inline Column make_column(double x, double y, double scs, double width) {
  Column c;
  c.x_angstrom = x;
  c.y_angstrom = y;
  c.width_angstrom = width;
  c.scs_angstrom2 = scs;
  c.height = scs / (2.0 * std::numbers::pi * width * width);
  return c;
}

/// Columns of 1 to 12 atoms on a jittered lattice, without noise.
inline Frame make_frame(const FrameSpec& spec, RandomStream random) {
  constexpr double a = 4.078;  // gold, A
  Frame frame{.pixel_size_angstrom = spec.pixel_size_angstrom,
              .columns = {},
              .background = {},
              .image = {}};
  const double cell_x = spec.zone == Zone::axis_110 ? a / std::numbers::sqrt2 : a / 2.0;
  const double cell_y = spec.zone == Zone::axis_110 ? a : a / 2.0;
  const double extent = static_cast<double>(spec.size - 1) * spec.pixel_size_angstrom;
  const auto place = [&](double x, double y) {
    const double width = spec.width_angstrom * (1.0 + spec.width_spread * random.normal());
    frame.columns.push_back(make_column(x + spec.jitter_angstrom * random.normal(),
                                        y + spec.jitter_angstrom * random.normal(),
                                        gold_scs(1 + random.below(12)), width));
  };
  for (double y = spec.margin_angstrom; y <= extent - spec.margin_angstrom; y += cell_y) {
    for (double x = spec.margin_angstrom; x <= extent - spec.margin_angstrom; x += cell_x) {
      place(x, y);
      const double x_centre = x + 0.5 * cell_x;
      const double y_centre = y + 0.5 * cell_y;
      if (spec.zone == Zone::axis_110 && x_centre <= extent - spec.margin_angstrom &&
          y_centre <= extent - spec.margin_angstrom) {
        place(x_centre, y_centre);
      }
    }
  }
  frame.background.level = spec.background;
  frame.image = evaluate_model(spec.size, spec.size, spec.pixel_size_angstrom, frame.columns,
                               frame.background);
  return frame;
}

/// The image as counted electrons, back in fractions of the beam.
inline Grid<double> add_poisson_noise(const Frame& frame, double dose_per_angstrom2,
                                      RandomStream random) {
  Grid<double> noisy = frame.image;
  const double counts = dose_per_angstrom2 * frame.pixel_size_angstrom * frame.pixel_size_angstrom;
  for (double& value : noisy.values()) {
    value = static_cast<double>(random.poisson(counts * std::max(0.0, value))) / counts;
  }
  return noisy;
}

/// The true positions, each off by up to `largest` in a random direction.
inline std::vector<Position> start_positions(const Frame& frame, double largest_angstrom,
                                             RandomStream random) {
  std::vector<Position> start;
  for (const Column& c : frame.columns) {
    const double r = largest_angstrom * std::sqrt(random.uniform());
    const double phi = 2.0 * std::numbers::pi * random.uniform();
    start.push_back({c.x_angstrom + r * std::cos(phi), c.y_angstrom + r * std::sin(phi)});
  }
  return start;
}

}  // namespace adatom::columns::testing
