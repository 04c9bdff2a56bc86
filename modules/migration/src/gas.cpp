#include "adatom/migration/gas.h"

#include "adatom/base/error.h"

namespace adatom::migration {

void GasOptions::describe(OptionVisitor& v) {
  v.visit({.name = "total_pressure_pa",
           .unit = "Pa",
           .help = "of all gases together at the sample",
           .min = 1e-9,
           .max = 1e8},
          total_pressure_pa);
  v.visit({.name = "h2_o2_ratio",
           .help = "molecules of hydrogen for one of oxygen",
           .min = 1e-6,
           .max = 1e6},
          h2_o2_ratio);
  v.visit({.name = "diluent_share",
           .help = "of a gas that does not react in the mixture, such as helium",
           .min = 0,
           .max = 0.999999},
          diluent_share);
  const auto visit_flow = [&v](std::string_view name, std::string_view help,
                               std::optional<double>& flow) {
    v.visit({.name = name, .unit = "any, the same for all", .help = help, .min = 0, .max = 1e9},
            flow);
  };
  visit_flow("h2_flow", "flow of hydrogen, in place of ratio and share", h2_flow);
  visit_flow("o2_flow", "flow of oxygen", o2_flow);
  visit_flow("diluent_flow", "flow of the diluent; none: 0", diluent_flow);
}

std::vector<OptionIssue> GasOptions::validate() const {
  auto issues = check_ranges(*this);
  const bool flows = h2_flow.has_value() || o2_flow.has_value();
  if (flows && h2_o2_ratio) {
    issues.push_back({"h2_o2_ratio", "flows say the ratio already; give one of both"});
  }
  if (!flows && !h2_o2_ratio) {
    issues.push_back({"h2_o2_ratio", "give it, or h2_flow and o2_flow"});
  }
  if (!flows && diluent_flow) issues.push_back({"diluent_flow", "h2_flow and o2_flow are missing"});
  if (flows && !(h2_flow.value_or(0.0) >= 0.0 && o2_flow.value_or(0.0) > 0.0)) {
    issues.push_back({"o2_flow", "without oxygen there is no reaction and no ratio"});
  }
  return issues;
}

GasState gas_state(const GasOptions& options, double temperature_k) {
  require_valid(options.validate());
  if (!(temperature_k > 0.0)) {
    throw InputError({.what = "the temperature is not above zero",
                      .where = "gas",
                      .why = {},
                      .remedy = "give it in kelvin"});
  }
  const double hydrogen = options.h2_flow.value_or(options.h2_o2_ratio.value_or(0.0));
  const double oxygen = options.h2_o2_ratio ? 1.0 : options.o2_flow.value_or(0.0);
  const double reacting = hydrogen + oxygen;
  const double diluent = options.h2_o2_ratio
                             ? reacting * options.diluent_share / (1.0 - options.diluent_share)
                             : options.diluent_flow.value_or(0.0);
  const double share = options.total_pressure_pa / (reacting + diluent);
  return {.temperature_k = temperature_k,
          .hydrogen_pa = share * hydrogen,
          .oxygen_pa = share * oxygen,
          .diluent_pa = share * diluent};
}

}  // namespace adatom::migration
