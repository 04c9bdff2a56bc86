#pragma once
// Fast electrons: wavelength and interaction (Kirkland, Advanced Computing in Electron Microscopy,
// 2nd ed., equations 2.5 and 5.6; constants CODATA 2018).

namespace adatom {

/// Rest energy of the electron, keV.
constexpr double electron_rest_energy_kev = 510.99895;
/// Planck's constant times the speed of light, keV angstrom.
constexpr double planck_times_light_kev_angstrom = 12.398419843;

/// The relativistic wavelength, 0.0196875 angstrom at 300 kV.
[[nodiscard]] double electron_wavelength_angstrom(double voltage_kv);

/// The relativistic mass over the rest mass, 1.587085 at 300 kV.
[[nodiscard]] double electron_mass_ratio(double voltage_kv);

/// The phase per projected potential, 6.52616e-4 rad / (V angstrom) at 300 kV.
[[nodiscard]] double interaction_rad_per_volt_angstrom(double voltage_kv);

}  // namespace adatom
