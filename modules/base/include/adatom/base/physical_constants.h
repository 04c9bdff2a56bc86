#pragma once
// Constants of nature: CODATA 2018 (Tiesinga et al., Rev. Mod. Phys. 93 (2021) 025010, table XXXI).

namespace adatom {

/// Exact since the SI of 2019.
constexpr double boltzmann_joule_per_k = 1.380649e-23;
constexpr double elementary_charge_coulomb = 1.602176634e-19;
constexpr double atomic_mass_kg = 1.66053906660e-27;

/// 8.617333262e-5 eV/K.
constexpr double boltzmann_ev_per_k = boltzmann_joule_per_k / elementary_charge_coulomb;

}  // namespace adatom
