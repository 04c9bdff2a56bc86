#pragma once
// The force that a reaction on a particle's surface exerts on it, in the forms without an outline.
#include <array>
#include <optional>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/migration/gas.h"

namespace adatom::migration {

/// A number with its standard error.
struct Estimate {
  double value = 0.0;
  double standard_error = 0.0;
};

/// @throws InputError: a share outside 0 to 1, an error that is negative or not finite
void require_share(const Estimate& share);

/// constant: k1 is the prefactor at every temperature.
enum class RateLaw { arrhenius, constant };

/// k1 of 4 Cu + O2 -> 2 Cu2O, the reaction that takes molecules out of the gas; the other one, Cu2O
/// + H2 -> 2 Cu + H2O, gives back as many as it takes.
struct RateOptions {
  RateLaw law = RateLaw::arrhenius;
  double prefactor_per_s = 1.0;  ///< scales all forces alike: comparisons do not depend on it
  std::optional<double> activation_energy_kj_per_mol = std::nullopt;  ///< arrhenius: needed

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// k1, 1/s: A exp(-Ea / (R T)). @throws InputError: invalid options, temperature not above zero
[[nodiscard]] double rate_constant(const RateOptions& options, double temperature_k);

/// F dt for each area of surface, Pa s, over the time dt in which the reaction goes on: R T dt^2 k1
/// <c_O2> <c_Cu> (Zhao et al., Small 2024, the form for series of gases), which for an ideal gas is
/// that for series of temperatures, dt^2 P_O2 k1 <c_Cu>. It stands for a force only as far as the
/// asymmetry of the surface goes with the mean share of copper: an evenly covered particle feels
/// none, whatever the share (outline.h). Its error is that of the share.
/// @param copper share of copper <c_Cu>, 0 to 1
/// @throws InputError: as require_share; a time not above zero, a rate below
[[nodiscard]] Estimate impulse_per_area(const GasState& gas, double rate_per_s, double interval_s,
                                        const Estimate& copper);

}  // namespace adatom::migration

namespace adatom {
template <>
struct EnumNames<migration::RateLaw> {
  static constexpr std::array names = {"arrhenius", "constant"};
};
}  // namespace adatom
