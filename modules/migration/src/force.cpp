#include "adatom/migration/force.h"

#include <cmath>

#include "adatom/base/error.h"

namespace adatom::migration {
namespace {

constexpr double joule_per_kj = 1000.0;

[[noreturn]] void refuse(const char* what, const char* remedy) {
  throw InputError({.what = what, .where = "driving force", .why = {}, .remedy = remedy});
}

}  // namespace

void require_share(const Estimate& share) {
  if (!(std::isfinite(share.value) && share.value >= 0.0 && share.value <= 1.0)) {
    refuse("a share of copper is outside 0 to 1", "give the share, not a percentage");
  }
  if (!(std::isfinite(share.standard_error) && share.standard_error >= 0.0)) {
    refuse("the error of the share of copper is no number from 0 on", "give its standard error");
  }
}

void RateOptions::describe(OptionVisitor& v) {
  v.visit({.name = "law", .help = "how k1 depends on the temperature"}, law);
  v.visit({.name = "prefactor_per_s",
           .unit = "1/s",
           .help = "A of k1 = A exp(-Ea/(R T)), or k1 itself; scales all forces alike",
           .min = 1e-300,
           .max = 1e300},
          prefactor_per_s);
  v.visit({.name = "activation_energy_kj_per_mol",
           .unit = "kJ/mol",
           .help = "Ea of the oxidation of copper; arrhenius needs it",
           .min = 0,
           .max = 1000},
          activation_energy_kj_per_mol);
}

std::vector<OptionIssue> RateOptions::validate() const {
  auto issues = check_ranges(*this);
  if (law == RateLaw::arrhenius && !activation_energy_kj_per_mol) {
    issues.push_back({"activation_energy_kj_per_mol", "not given; the law arrhenius needs it"});
  }
  return issues;
}

double rate_constant(const RateOptions& options, double temperature_k) {
  require_valid(options.validate());
  if (!(temperature_k > 0.0)) refuse("the temperature is not above zero", "give it in kelvin");
  if (options.law == RateLaw::constant) return options.prefactor_per_s;
  const double energy = *options.activation_energy_kj_per_mol * joule_per_kj;
  return options.prefactor_per_s * std::exp(-energy / (gas_constant * temperature_k));
}

Estimate impulse_per_area(const GasState& gas, double rate_per_s, double interval_s,
                          const Estimate& copper) {
  require_share(copper);
  if (!(interval_s > 0.0 && std::isfinite(interval_s) && rate_per_s >= 0.0)) {
    refuse("time or rate is negative or no number", "give the time between frames in seconds");
  }
  const double for_copper = gas_constant * gas.temperature_k * interval_s * interval_s *
                            rate_per_s * gas.oxygen_mol_per_m3();
  return {for_copper * copper.value, for_copper * copper.standard_error};
}

}  // namespace adatom::migration
