#pragma once
// Does a thermalisation last long enough?
#include <optional>
#include <string>
#include <string_view>

#include "adatom/pipeline/md_options.h"

namespace adatom::pipeline {

/// The temperature at the end of Langevin dynamics that begins in a minimum of the energy with
/// velocities of the temperature. Half of that energy goes over into displacements within a few
/// vibrations; what is missing is then fed in with the rate 1 / damping, since friction and noise
/// act on the velocities alone, which hold half of the energy (equipartition):
///
///   T(t) = T (1 - exp(-t / damping) / 2)
[[nodiscard]] double forecast_temperature_k(double temperature_k, double time_ps,
                                            double damping_ps);

/// The damping with which the same time ends within 2 % of the temperature.
[[nodiscard]] double sufficient_damping_ps(double time_ps);

/// What to tell the user before a run, if it starts the production more than 2 % too cold.
/// @param group of the options in a configuration: "md."; empty: `adatom md`, which has flags, too
[[nodiscard]] std::optional<std::string> thermalisation_warning(const MdOptions& options,
                                                                double temperature_k,
                                                                std::string_view group);

}  // namespace adatom::pipeline
