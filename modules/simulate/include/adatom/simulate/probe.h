#pragma once
// The probe of a scanning transmission electron microscope.
#include <vector>

#include "adatom/base/options.h"

namespace adatom::simulate {

struct ProbeOptions {
  double voltage_kv = 300.0;
  double aperture_mrad = 20.0;  ///< semi-angle
  double defocus_angstrom = 0.0;
  double cs_mm = 0.0;
  double astigmatism_angstrom = 0.0;
  double astigmatism_angle_rad = 0.0;
  double coma_angstrom = 0.0;
  double coma_angle_rad = 0.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The phase chi of the aberrations at an angle (rad) and azimuth; the probe's amplitude is
/// A(k) exp(-i chi). With C1 = -defocus (a positive defocus focuses before the specimen),
///
///   chi = 2 pi / lambda [ theta^2 (C1 + A1 cos 2 (phi - phi_A1)) / 2
///                         + theta^3 C21 cos(phi - phi_C21) / 3 + theta^4 Cs / 4 ]
///
/// Kirkland, Advanced Computing in Electron Microscopy, 2nd ed., equation 2.22, with the
/// coefficients of Krivanek, Dellby and Lupini, Ultramicroscopy 78 (1999) 1.
[[nodiscard]] double aberration_phase(const ProbeOptions& probe, double angle_rad,
                                      double azimuth_rad);

}  // namespace adatom::simulate
