#pragma once
// Downhill to the nearest minimum: conjugate gradients and FIRE, with the stopping rules of LAMMPS.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/energetics/energy_function.h"

namespace adatom::energetics {

enum class MinimiseMethod { conjugate_gradient, fire };
/// What the force tolerance is compared with: the length of the vector of all forces, the longest
/// force on an atom, the largest component.
enum class ForceNorm { two, max, inf };

/// FIRE (Bitzek et al., Phys. Rev. Lett. 97 (2006) 170201) in its second form (Guenole et al.,
/// Comput. Mater. Sci. 175 (2020) 109584), names and values as there.
struct FireOptions {
  double timestep_fs = 1.0;  ///< at the start
  double tmax = 10.0;        ///< the longest time step, in those of the start
  double tmin = 0.02;        ///< the shortest
  double dtgrow = 1.1;
  double dtshrink = 0.5;
  double alpha0 = 0.25;  ///< how far velocities are turned to the forces
  double alphashrink = 0.99;
  std::int64_t delaystep = 20;     ///< steps downhill before the time step grows
  std::int64_t max_uphill = 2000;  ///< steps uphill in a row before it gives up

  void describe(OptionVisitor& v);
};

/// The values here are those of the published protocol (`minimize 1e-6 1e-8 1000 10000`).
struct MinimiseOptions {
  MinimiseMethod method = MinimiseMethod::conjugate_gradient;
  double energy_tolerance = 1e-6;                 ///< etol, relative; 0: not looked at
  double force_tolerance_ev_per_angstrom = 1e-8;  ///< ftol; 0: not looked at
  ForceNorm force_norm = ForceNorm::two;
  std::int64_t max_iterations = 1000;
  std::int64_t max_evaluations = 10000;
  double max_move_angstrom = 0.1;  ///< dmax: of any coordinate in one step
  FireOptions fire = {};

  /// Down to where forces vanish: no energy tolerance, all forces within 1e-6 eV/angstrom.
  [[nodiscard]] static MinimiseOptions tight();
  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

enum class StopReason {
  energy_tolerance,
  force_tolerance,
  zero_force,            ///< there was nothing to follow: every force is exactly zero
  line_search_alpha,     ///< no step lowers the energy: it is at the limit of its precision, or the
                         ///< forces are not its gradient
  line_search_gradient,  ///< the forces along the direction do not change any more
  line_search_uphill,    ///< the direction is not downhill
  stuck,                 ///< FIRE went uphill too often
  max_iterations,
  max_evaluations,
  cancelled
};

/// "energy tolerance": in the words of LAMMPS where it has them.
[[nodiscard]] std::string_view stop_text(StopReason reason);
/// Was a tolerance met?
[[nodiscard]] bool converged(StopReason reason);

struct MinimiseResult {
  StopReason reason = StopReason::max_iterations;
  std::int64_t iterations = 0;
  std::int64_t evaluations = 0;  ///< not counting the one before the first step
  double initial_ev = 0.0;
  double final_ev = 0.0;
  double initial_largest_force_ev_per_angstrom = 0.0;  ///< the longest on an atom
  double final_largest_force_ev_per_angstrom = 0.0;
};

/// Moves `positions` to a minimum of `function`; what the search needs of time and where it ends is
/// in the result, also when the user cancels.
///
/// Conjugate gradients: direction of Polak and Ribiere, downhill again every 3 N steps; the line
/// search backtracks from a step of at most 1 angstrom^2/eV times the forces and takes the zero of
/// the forces along the line (secant) once they are nearly linear (`min_style cg` and
/// `min_modify line quadratic` of LAMMPS; Dennis and Schnabel, Numerical methods for unconstrained
/// optimization, 1983). It stops where |dE| < etol (|E| + |E before| + 1e-8) / 2, or where the norm
/// of the forces is below ftol. FIRE looks at the energy only `delaystep` steps after a turn, and
/// moves by semi-implicit Euler steps.
/// @param masses_u of each atom, for FIRE; empty: 1 u each
/// @throws InputError: options out of range, and what `function` throws
[[nodiscard]] MinimiseResult minimise(EnergyFunction& function,
                                      std::span<Eigen::Vector3d> positions_angstrom,
                                      std::span<const double> masses_u,
                                      const MinimiseOptions& options, Progress& progress);

}  // namespace adatom::energetics

namespace adatom {
template <>
struct EnumNames<energetics::MinimiseMethod> {
  static constexpr std::array names = {"cg", "fire"};
};
template <>
struct EnumNames<energetics::ForceNorm> {
  static constexpr std::array names = {"two", "max", "inf"};
};
}  // namespace adatom
