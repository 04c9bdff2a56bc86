#pragma once
// A histogram with the components of a Gaussian mixture over it.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/report/figure.h"

namespace adatom::report {

/// weight * N(mean, sigma^2); the weights of all components sum to 1. Several components may carry
/// one atom count.
struct HistogramComponent {
  std::string label = {};  ///< the atom count; written above the component
  double mean = 0.0;
  double sigma = 0.0;
  double weight = 0.0;
};

struct HistogramOptions {
  std::string title = {};
  std::string quantity = "scattering cross-section";
  std::string unit = "Å²";
  std::string counted = "columns";  ///< what the vertical axis counts
  /// Empty: if there are components, the smallest sigma wide but between 1/10 and 2/5 of the
  /// smallest step between means; else the rule of Freedman and Diaconis (1981). At most 200.
  std::optional<std::size_t> bins = {};
  FigureWidth width = FigureWidth::column;
};

/// Values that are not finite are left out and their number is stated below the figure.
[[nodiscard]] Figure draw_histogram(std::span<const double> values,
                                    std::span<const HistogramComponent> components,
                                    const HistogramOptions& options);

}  // namespace adatom::report
