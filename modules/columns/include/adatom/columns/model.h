#pragma once
// The column model (StatSTEM's): f(x,y) = zeta + sum_c eta_c exp(-((x-x_c)^2+(y-y_c)^2)/(2
// rho_c^2)).
#include <array>
#include <limits>
#include <string>

namespace adatom::columns {

/// Stands where data do not determine a standard error (or chi-square) at all: infinite. Tables and
/// JSON leave it empty.
inline constexpr double undetermined = std::numeric_limits<double>::infinity();

struct Position {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
};

/// A fitted column with its standard errors (Fisher information). Heights carry the image's unit
/// (fraction of the incident beam), cross-sections scs = 2 pi height width^2.
struct Column {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  double height = 0.0;
  double width_angstrom = 0.0;  ///< rho, the Gaussian's standard deviation
  double scs_angstrom2 = 0.0;
  double x_stderr_angstrom = 0.0;
  double y_stderr_angstrom = 0.0;
  double height_stderr = 0.0;
  double width_stderr_angstrom = 0.0;
  double scs_stderr_angstrom2 = 0.0;
};

/// zeta(x,y) = level + slope_x (x - x_centre) + slope_y (y - y_centre) about the image's centre;
/// slopes per angstrom.
struct Background {
  double level = 0.0;
  double slope_x_per_angstrom = 0.0;
  double slope_y_per_angstrom = 0.0;
  double level_stderr = 0.0;
  double slope_x_stderr_per_angstrom = 0.0;
  double slope_y_stderr_per_angstrom = 0.0;
};

enum class WidthModel { common, individual };
enum class BackgroundModel { none, constant, plane };
enum class NoiseModel { gaussian, poisson };
enum class Termination { converged, iteration_limit, stalled };

}  // namespace adatom::columns
