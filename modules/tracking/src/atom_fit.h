#pragma once
// Gaussian spots of one width on a sloping support, fitted with their neighbours.
#include <vector>

#include "plane.h"

namespace adatom::tracking {

/// What a pixel's noise is: near `variance`, plus what the atoms' own electrons add.
struct AtomNoise {
  const Plane* variance = nullptr;
  double gain = 0.0;  ///< variance for each unit of value
};

struct FittedAtom {
  double x = 0.0;
  double y = 0.0;
  double amplitude = 0.0;
  double background = 0.0;
  double slope_x = 0.0;
  double slope_y = 0.0;
  double x_stderr = 0.0;
  double y_stderr = 0.0;
  double amplitude_stderr = 0.0;
  double significance = 0.0;
  double width = 0.0;
  double width_stderr = 0.0;
  bool hidden = false;  ///< found beside a brighter one
  bool good = true;     ///< the fit came to an end beside where it began
};

/// Slope of the variance against the value over the frame; value 0 at no electrons is assumed where
/// all of the frame is about as bright.
[[nodiscard]] double noise_gain(const Plane& data, const Plane& variance);

/// Maximum likelihood (Fisher scoring) of place and amplitude in a disc of four widths, jointly
/// with the nearest neighbours; three turns over all. Standard errors from the joint information.
void fit_atoms(const Plane& data, const AtomNoise& noise, double width,
               std::vector<FittedAtom>& atoms);

/// The frame without the atoms.
void take_out(const std::vector<FittedAtom>& atoms, double width, Plane& data);

}  // namespace adatom::tracking
