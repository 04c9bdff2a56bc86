#pragma once
// A made-up but realistic run: a gold particle along [110], seen in several noisy frames.
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/report/figure.h"

namespace adatom::report::testing {

inline constexpr double demo_pixel_angstrom = 0.14;
inline constexpr double demo_width_angstrom = 0.66;

struct DemoColumn {
  double x_angstrom;
  double y_angstrom;
  std::int64_t atoms;
  double scs_angstrom2;  ///< with the scatter of a measurement
};

struct DemoFrame {
  std::vector<DemoColumn> columns;
  Grid<double> model;  ///< without noise
  Grid<double> frame;
  Grid<double> residual;
};

/// Frames of `pixels` x `pixels`; a few surface columns gain or lose an atom from frame to frame.
[[nodiscard]] std::vector<DemoFrame> make_demo_frames(std::size_t frames, std::size_t pixels);

/// The cross-section of so many atoms in the demo, with a little saturation.
[[nodiscard]] double demo_cross_section(std::int64_t atoms);

/// One figure of each kind, usual ones and odd ones, by name.
[[nodiscard]] std::vector<std::pair<std::string, Figure>> demo_figures(
    const std::vector<DemoFrame>& frames);

/// A whole report page of such a run.
[[nodiscard]] std::string demo_page(const std::vector<DemoFrame>& frames);

}  // namespace adatom::report::testing
