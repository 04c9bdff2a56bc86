#include "driving_force/driving_force_options.h"

#include <cmath>

#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

constexpr double zero_celsius_k = 273.15;

void add_issues(std::vector<OptionIssue>& all, const std::string& group,
                const std::vector<OptionIssue>& issues) {
  for (const OptionIssue& each : issues) all.push_back({group + "." + each.name, each.message});
}

}  // namespace

void CopperOptions::describe(OptionVisitor& v) {
  v.visit({.name = "phase", .help = "as the tables of phase fractions name it"}, phase);
  v.visit({.name = "share",
           .help = "intensity_fraction: of the intensity of the rings, as in the study; "
                   "volume_fraction: weighted with structure factors"},
          share);
  v.visit({.name = "from_s",
           .unit = "s",
           .help = "frames from here on are averaged, counted from the first frame",
           .min = 0,
           .max = 1e9},
          from_s);
  v.visit({.name = "to_s", .unit = "s", .help = "up to here", .min = 0, .max = 1e9}, to_s);
}

void VelocityOptions::describe(OptionVisitor& v) {
  v.visit({.name = "share",
           .help = "faster than the threshold of the tracking, with the noise of places taken out "
                   "or as measured"},
          share);
  v.visit({.name = "lag_s",
           .unit = "s",
           .help = "time that speeds are taken over; empty: the middle one of each table",
           .min = 1e-9,
           .max = 1e9},
          lag_s);
  v.visit({.name = "confidence",
           .help = "of the intervals in fractions.csv (option confidence of adatom track)",
           .min = 0.5,
           .max = 0.9999},
          confidence);
}

void EnergyScanOptions::describe(OptionVisitor& v) {
  const auto visit_energy = [&v](std::string_view name, std::string_view help, double min,
                                 double& value) {
    v.visit({.name = name, .unit = "kJ/mol", .help = help, .min = min, .max = 1000}, value);
  };
  visit_energy("from_kj_per_mol", "lowest activation energy of the scan", 0.0, from_kj_per_mol);
  visit_energy("to_kj_per_mol", "highest", 0.0, to_kj_per_mol);
  visit_energy("step_kj_per_mol", "between them", 0.01, step_kj_per_mol);
}

std::vector<double> EnergyScanOptions::energies() const {
  std::vector<double> all;
  const auto steps = static_cast<std::int64_t>(
      std::floor((to_kj_per_mol - from_kj_per_mol) / step_kj_per_mol + 1e-9));
  for (std::int64_t i = 0; i <= steps; ++i) {
    all.push_back(from_kj_per_mol + static_cast<double>(i) * step_kj_per_mol);
  }
  return all;
}

void ForceConditionOptions::describe(OptionVisitor& v) {
  const auto visit_number = [&v](std::string_view name, std::string_view unit,
                                 std::string_view help, double min, double max,
                                 std::optional<double>& value) {
    v.visit({.name = name, .unit = unit, .help = help, .min = min, .max = max}, value);
  };
  visit_number("temperature_c", "degrees Celsius", "of the sample; or temperature_k", -273, 3000,
               temperature_c);
  visit_number("temperature_k", "K", "of the sample", 1, 3300, temperature_k);
  visit_number("h2_o2_ratio", "", "molecules of hydrogen for one of oxygen; or flows", 1e-6, 1e6,
               h2_o2_ratio);
  visit_number("h2_flow", "any", "flow of hydrogen, in the unit of the others", 0, 1e9, h2_flow);
  visit_number("o2_flow", "any", "flow of oxygen", 0, 1e9, o2_flow);
  visit_number("diluent_flow", "any", "flow of the diluent", 0, 1e9, diluent_flow);
  visit_number("total_pressure_pa", "Pa", "where it is another than that of all", 1e-9, 1e8,
               total_pressure_pa);
  visit_number("copper_fraction", "", "mean share of copper; or copper_table", 0, 1,
               copper_fraction);
  visit_number("copper_fraction_stderr", "", "its standard error; not given: 0", 0, 1,
               copper_fraction_stderr);
  v.visit({.name = "copper_table",
           .help = "phase_fraction.csv of adatom saed, or fractions.csv of adatom simulate saed"},
          copper_table);
  visit_number("velocity_fraction", "", "share of fast particles; or velocity_table", 0, 1,
               velocity_fraction);
  visit_number("velocity_fraction_stderr", "", "its standard error; not given: 0", 0, 1,
               velocity_fraction_stderr);
  v.visit({.name = "velocity_table",
           .help = "fractions.csv of adatom track, or conditions.csv of adatom track-conditions"},
          velocity_table);
  v.visit({.name = "outline",
           .help = "table of a particle's outline with the share of copper along it: "
                   "x_nm,y_nm,copper_fraction and, if known, copper_fraction_stderr"},
          outline);
  v.visit({.name = "thickness_nm",
           .unit = "nm",
           .help = "of the particle that the outline is of",
           .min = 1e-3,
           .max = 1e6},
          thickness_nm);
}

std::vector<OptionIssue> ForceConditionOptions::validate() const {
  auto issues = check_ranges(*this);
  if (temperature_c.has_value() == temperature_k.has_value()) {
    issues.push_back({"temperature_c", "give it, or temperature_k, and not both"});
  }
  if (copper_fraction.has_value() == copper_table.given()) {
    issues.push_back({"copper_fraction", "give it, or copper_table, and not both"});
  }
  if (velocity_fraction && velocity_table.given()) {
    issues.push_back({"velocity_fraction", "give it, or velocity_table, and not both"});
  }
  return issues;
}

double ForceConditionOptions::kelvin() const {
  return temperature_k ? *temperature_k : *temperature_c + zero_celsius_k;
}

void DrivingForceOptions::describe(OptionVisitor& v) {
  v.visit({.name = "seed", .help = "of the draws", .min = 0, .max = 9e15}, seed);
  v.visit({.name = "interval_s",
           .unit = "s",
           .help = "time dt of the model: of a video frame; scales all forces alike",
           .min = 1e-9,
           .max = 1e6},
          interval_s);
  v.visit({.name = "total_pressure_pa",
           .unit = "Pa",
           .help = "of the gas at the sample; the same for all it scales all forces alike",
           .min = 1e-9,
           .max = 1e8},
          total_pressure_pa);
  v.visit({.name = "diluent_share",
           .help = "of a gas that does not react, such as helium; not where flows are given",
           .min = 0,
           .max = 0.999999},
          diluent_share);
  v.visit_group("rate", "k1 of 4 Cu + O2 -> 2 Cu2O", rate);
  v.visit_group("copper", "the share of copper from tables", copper);
  v.visit_group("velocity", "the share of fast particles from tables", velocity);
  v.visit_group("comparison", "intervals by drawing", comparison);
  v.visit_group("energies", "activation energies that are tried", energies);
  visit_named_groups(v, "conditions", "each under a name", conditions);
}

std::vector<OptionIssue> DrivingForceOptions::validate() const {
  auto issues = check_ranges(*this);
  add_issues(issues, "rate", rate.validate());
  if (!(copper.to_s > copper.from_s)) issues.push_back({"copper.to_s", "must be above from_s"});
  if (!(energies.to_kj_per_mol >= energies.from_kj_per_mol) ||
      (energies.to_kj_per_mol - energies.from_kj_per_mol) / energies.step_kj_per_mol > 1e4) {
    issues.push_back({"energies.to_kj_per_mol", "the scan is empty or has more than 10000 steps"});
  }
  if (conditions.empty()) issues.push_back({"conditions", "there are none"});
  for (const auto& each : conditions) {
    add_issues(issues, "conditions." + each.name, each.options.validate());
    if (check_ranges(each.options).empty()) {
      add_issues(issues, "conditions." + each.name, gas_of(each.options).validate());
    }
  }
  return issues;
}

migration::GasOptions DrivingForceOptions::gas_of(const ForceConditionOptions& condition) const {
  return {.total_pressure_pa = condition.total_pressure_pa.value_or(total_pressure_pa),
          .h2_o2_ratio = condition.h2_o2_ratio,
          .diluent_share = diluent_share,
          .h2_flow = condition.h2_flow,
          .o2_flow = condition.o2_flow,
          .diluent_flow = condition.diluent_flow};
}

DrivingForceOptions read_driving_force_options(const std::string& file,
                                               const std::vector<std::string>& overrides) {
  std::vector<GivenOption> given;
  for (const auto& text : overrides) given.push_back(parse_override(text));
  YamlOptions yaml(storage::read_file(file), file, given, "adatom schema --of driving-force");
  DrivingForceOptions options;
  yaml.fill(options);
  yaml.finish(options.validate());
  return options;
}

}  // namespace adatom::pipeline
