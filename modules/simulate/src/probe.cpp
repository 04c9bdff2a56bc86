#include "adatom/simulate/probe.h"

#include <cmath>
#include <numbers>

#include "adatom/base/electron.h"

namespace adatom::simulate {

void ProbeOptions::describe(OptionVisitor& v) {
  v.visit({.name = "voltage_kv", .unit = "kV", .help = "of the microscope", .min = 20, .max = 3000},
          voltage_kv);
  v.visit({.name = "aperture_mrad",
           .unit = "mrad",
           .help = "semi-angle of the probe",
           .min = 0.1,
           .max = 100},
          aperture_mrad);
  v.visit({.name = "defocus_angstrom",
           .unit = "angstrom",
           .help = "from the specimen's upper end; positive (underfocus) is further down, -C1",
           .min = -1e5,
           .max = 1e5},
          defocus_angstrom);
  v.visit({.name = "cs_mm",
           .unit = "mm",
           .help = "third-order spherical aberration",
           .min = -100,
           .max = 100},
          cs_mm);
  v.visit({.name = "astigmatism_angstrom",
           .unit = "angstrom",
           .help = "two-fold astigmatism (C12, A1)",
           .min = 0,
           .max = 1e5},
          astigmatism_angstrom);
  v.visit({.name = "astigmatism_angle_rad",
           .unit = "rad",
           .help = "its azimuth, from x towards y",
           .min = -6.2832,
           .max = 6.2832},
          astigmatism_angle_rad);
  v.visit({.name = "coma_angstrom",
           .unit = "angstrom",
           .help = "second-order coma (C21 = 3 B2)",
           .min = 0,
           .max = 1e6},
          coma_angstrom);
  v.visit({.name = "coma_angle_rad",
           .unit = "rad",
           .help = "its azimuth, from x towards y",
           .min = -6.2832,
           .max = 6.2832},
          coma_angle_rad);
}

std::vector<OptionIssue> ProbeOptions::validate() const { return check_ranges(*this); }

double aberration_phase(const ProbeOptions& probe, double angle_rad, double azimuth_rad) {
  constexpr double angstrom_per_mm = 1e7;
  const double t = angle_rad;
  const double second =
      0.5 * t * t *
      (-probe.defocus_angstrom +
       probe.astigmatism_angstrom * std::cos(2.0 * (azimuth_rad - probe.astigmatism_angle_rad)));
  const double third =
      t * t * t / 3.0 * probe.coma_angstrom * std::cos(azimuth_rad - probe.coma_angle_rad);
  const double fourth = 0.25 * t * t * t * t * probe.cs_mm * angstrom_per_mm;
  return 2.0 * std::numbers::pi / electron_wavelength_angstrom(probe.voltage_kv) *
         (second + third + fourth);
}

}  // namespace adatom::simulate
