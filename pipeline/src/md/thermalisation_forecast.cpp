#include "md/thermalisation_forecast.h"

#include <cmath>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/pipeline/yaml_options.h"

namespace adatom::pipeline {
namespace {

constexpr double enough = 0.02;

/// An option with its value, as the user gives it.
std::string given_as(std::string_view group, const char* option, const std::string& value) {
  if (!group.empty()) return fmt::format("{}{}: {}", group, option, value);
  return fmt::format("{} {} (in a YAML file {}: {})", flag_name(option), value, option, value);
}

}  // namespace

double forecast_temperature_k(double temperature_k, double time_ps, double damping_ps) {
  return temperature_k * (1.0 - 0.5 * std::exp(-time_ps / damping_ps));
}

double sufficient_damping_ps(double time_ps) { return time_ps / std::log(0.5 / enough); }

std::optional<std::string> thermalisation_warning(const MdOptions& options, double temperature_k,
                                                  std::string_view group) {
  // Elsewhere the energy at the start is not known beforehand.
  if (!options.minimise || options.velocities == VelocitySource::file) return {};
  const double time = options.thermalise.time_ps();
  const double end = forecast_temperature_k(temperature_k, time, options.thermalise.damping_ps);
  if (temperature_k - end <= enough * temperature_k * (1.0 + 1e-9)) return {};
  std::string text = fmt::format(
      "the thermalisation of {} ps is too short: from a minimum it ends "
      "near {:.0f} K instead of {} K (damping {} ps)",
      shortest(time), end, shortest(temperature_k), shortest(options.thermalise.damping_ps));
  if (options.dynamics.ensemble != md::Ensemble::nve) {
    text += "; the production begins that cold";
  }
  if (time > 0.0) {
    // Rounded down to two digits.
    const double damping = sufficient_damping_ps(time);
    const double unit = std::pow(10.0, std::floor(std::log10(damping)) - 1.0);
    text += fmt::format("; {} would do",
                        given_as(group, "thermalise.damping_ps",
                                 fmt::format("{:.6g}", std::floor(damping / unit) * unit)));
  } else {
    text += fmt::format("; {} would be some", given_as(group, "thermalise.steps", "20000"));
  }
  return text;
}

}  // namespace adatom::pipeline
