#include "adatom/base/electron.h"

#include <cmath>
#include <numbers>

namespace adatom {

double electron_wavelength_angstrom(double voltage_kv) {
  return planck_times_light_kev_angstrom /
         std::sqrt(voltage_kv * (2.0 * electron_rest_energy_kev + voltage_kv));
}

double electron_mass_ratio(double voltage_kv) {
  return 1.0 + voltage_kv / electron_rest_energy_kev;
}

double interaction_rad_per_volt_angstrom(double voltage_kv) {
  // 2 pi m e lambda / h^2 with m c^2 in volts.
  const double total_kev = electron_rest_energy_kev + voltage_kv;
  constexpr double volts_per_kilovolt = 1000.0;
  return 2.0 * std::numbers::pi * total_kev * electron_wavelength_angstrom(voltage_kv) /
         (planck_times_light_kev_angstrom * planck_times_light_kev_angstrom * volts_per_kilovolt);
}

}  // namespace adatom
