#include "adatom/energetics/minimise.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "descent.h"

namespace adatom::energetics {

void FireOptions::describe(OptionVisitor& v) {
  v.visit({.name = "timestep_fs",
           .unit = "fs",
           .help = "the time step at the start",
           .min = 1e-3,
           .max = 100.0},
          timestep_fs);
  v.visit({.name = "tmax",
           .help = "the longest time step, in time steps of the start",
           .min = 1.0,
           .max = 1e3},
          tmax);
  v.visit({.name = "tmin",
           .help = "the shortest time step, in time steps of the start",
           .min = 1e-6,
           .max = 1.0},
          tmin);
  v.visit({.name = "dtgrow", .help = "growth of the time step downhill", .min = 1.0, .max = 2.0},
          dtgrow);
  v.visit({.name = "dtshrink",
           .help = "the time step is multiplied by it uphill",
           .min = 0.01,
           .max = 1.0},
          dtshrink);
  v.visit({.name = "alpha0",
           .help = "share of the velocity that is turned to the force, at first",
           .min = 0.0,
           .max = 1.0},
          alpha0);
  v.visit({.name = "alphashrink",
           .help = "that share is multiplied by it downhill",
           .min = 0.01,
           .max = 1.0},
          alphashrink);
  v.visit({.name = "delaystep",
           .help = "steps downhill before the time step grows",
           .min = 0,
           .max = 1e6},
          delaystep);
  v.visit({.name = "max_uphill",
           .help = "steps uphill in a row before it gives up",
           .min = 1,
           .max = 1e9},
          max_uphill);
}

MinimiseOptions MinimiseOptions::tight() {
  MinimiseOptions options;
  options.energy_tolerance = 0.0;
  options.force_tolerance_ev_per_angstrom = 1e-6;
  options.force_norm = ForceNorm::max;
  options.max_iterations = 100000;
  options.max_evaluations = 1000000;
  return options;
}

void MinimiseOptions::describe(OptionVisitor& v) {
  v.visit({.name = "method", .help = "conjugate gradients, or FIRE"}, method);
  v.visit({.name = "energy_tolerance",
           .help = "stop once a step changes the energy by less than this fraction; 0: never",
           .min = 0.0,
           .max = 1.0},
          energy_tolerance);
  v.visit({.name = "force_tolerance_ev_per_angstrom",
           .unit = "eV/angstrom",
           .help = "stop once the norm of the forces is below; 0: never",
           .min = 0.0,
           .max = 1e3},
          force_tolerance_ev_per_angstrom);
  v.visit({.name = "force_norm",
           .help = "two: length of the vector of all forces; max: the longest force on an atom; "
                   "inf: the largest component"},
          force_norm);
  v.visit({.name = "max_iterations", .help = "steps at most", .min = 0, .max = 1e9},
          max_iterations);
  v.visit({.name = "max_evaluations", .help = "calculated forces at most", .min = 1, .max = 1e9},
          max_evaluations);
  v.visit({.name = "max_move_angstrom",
           .unit = "angstrom",
           .help = "no coordinate changes by more in a step",
           .min = 1e-4,
           .max = 10.0},
          max_move_angstrom);
  v.visit_group("fire", "parameters of FIRE", fire);
}

std::vector<OptionIssue> MinimiseOptions::validate() const { return check_ranges(*this); }

std::string_view stop_text(StopReason reason) {
  switch (reason) {
    case StopReason::energy_tolerance:
      return "energy tolerance";
    case StopReason::force_tolerance:
      return "force tolerance";
    case StopReason::zero_force:
      return "forces are zero";
    case StopReason::line_search_alpha:
      return "linesearch alpha is zero";
    case StopReason::line_search_gradient:
      return "quadratic factors are zero";
    case StopReason::line_search_uphill:
      return "search direction is not downhill";
    case StopReason::stuck:
      return "max iterations with v.f negative";
    case StopReason::max_iterations:
      return "max iterations";
    case StopReason::max_evaluations:
      return "max force evaluations";
    case StopReason::cancelled:
      return "cancelled";
  }
  throw std::invalid_argument("no such reason to stop");
}

bool converged(StopReason reason) {
  return reason == StopReason::energy_tolerance || reason == StopReason::force_tolerance ||
         reason == StopReason::zero_force;
}

double dot(std::span<const Eigen::Vector3d> a, std::span<const Eigen::Vector3d> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i].dot(b[i]);
  return sum;
}

double force_norm(ForceNorm norm, std::span<const Eigen::Vector3d> forces) {
  if (norm == ForceNorm::two) return std::sqrt(dot(forces, forces));
  double largest = 0.0;
  for (const auto& force : forces) {
    largest =
        std::max(largest, norm == ForceNorm::max ? force.norm() : force.lpNorm<Eigen::Infinity>());
  }
  return largest;
}

bool energy_settled(const MinimiseOptions& options, double before_ev, double after_ev) {
  // So that an energy of zero can settle too; eV, as in LAMMPS.
  constexpr double least_ev = 1e-8;
  return std::abs(after_ev - before_ev) <
         options.energy_tolerance * 0.5 * (std::abs(after_ev) + std::abs(before_ev) + least_ev);
}

bool forces_settled(const MinimiseOptions& options, std::span<const Eigen::Vector3d> forces) {
  return force_norm(options.force_norm, forces) < options.force_tolerance_ev_per_angstrom;
}

MinimiseResult minimise(EnergyFunction& function, std::span<Eigen::Vector3d> positions_angstrom,
                        std::span<const double> masses_u, const MinimiseOptions& options,
                        Progress& progress) {
  require_valid(options.validate());
  const std::size_t count = positions_angstrom.size();
  if (function.size() != count || (!masses_u.empty() && masses_u.size() != count)) {
    throw std::invalid_argument("minimise: one position and mass for each atom");
  }
  Descent at{.function = function, .positions = positions_angstrom, .forces = Vectors(count)};
  at.evaluate();
  at.evaluations = 0;
  MinimiseResult result;
  result.initial_ev = at.energy_ev;
  result.initial_largest_force_ev_per_angstrom = force_norm(ForceNorm::max, at.forces);
  progress.begin("minimising", static_cast<std::size_t>(options.max_iterations));
  if (result.initial_largest_force_ev_per_angstrom == 0.0) {
    result.reason = StopReason::zero_force;
  } else if (options.method == MinimiseMethod::conjugate_gradient) {
    result.reason = follow_conjugate_gradients(at, options, progress);
  } else {
    result.reason = follow_fire(at, masses_u, options, progress);
  }
  result.iterations = at.iterations;
  result.evaluations = at.evaluations;
  result.final_ev = at.energy_ev;
  result.final_largest_force_ev_per_angstrom = force_norm(ForceNorm::max, at.forces);
  return result;
}

}  // namespace adatom::energetics
