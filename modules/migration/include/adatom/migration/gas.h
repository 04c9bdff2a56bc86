#pragma once
// The gas about the particles: hydrogen and oxygen, diluted.
#include <optional>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/physical_constants.h"

namespace adatom::migration {

/// J/(mol K): Boltzmann's constant times Avogadro's (both exact since the SI of 2019).
inline constexpr double gas_constant = boltzmann_joule_per_k * 6.02214076e23;

/// What is let in: the ratio of hydrogen to oxygen with the share of the diluent, or flow rates of
/// all gases in one unit (sccm, ml/min).
struct GasOptions {
  double total_pressure_pa = 100.0;
  std::optional<double> h2_o2_ratio = std::nullopt;
  double diluent_share = 0.8;  ///< of all molecules; not looked at where flows are given
  std::optional<double> h2_flow = std::nullopt;
  std::optional<double> o2_flow = std::nullopt;
  std::optional<double> diluent_flow = std::nullopt;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// Before anything reacts.
struct GasState {
  double temperature_k = 0.0;
  double hydrogen_pa = 0.0;
  double oxygen_pa = 0.0;
  double diluent_pa = 0.0;
  [[nodiscard]] double ratio() const { return hydrogen_pa / oxygen_pa; }
  /// Of an ideal gas, c = P / (R T).
  [[nodiscard]] double hydrogen_mol_per_m3() const {
    return hydrogen_pa / (gas_constant * temperature_k);
  }
  [[nodiscard]] double oxygen_mol_per_m3() const {
    return oxygen_pa / (gas_constant * temperature_k);
  }
};

/// Partial pressures go as the flows.
/// @throws InputError: invalid options, a temperature not above zero
[[nodiscard]] GasState gas_state(const GasOptions& options, double temperature_k);

}  // namespace adatom::migration
