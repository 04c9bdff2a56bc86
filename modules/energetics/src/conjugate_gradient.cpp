// Conjugate gradients as `min_style cg` of LAMMPS takes them, so that both reach the same minimum
// by about the same way.
#include <algorithm>
#include <cmath>
#include <optional>

#include "descent.h"

namespace adatom::energetics {
namespace {

// Of the quadratic line search; names and values as in LAMMPS, lengths in angstrom, energies in eV.
constexpr double alpha_max = 1.0;          // else tiny forces give a huge first step
constexpr double alpha_reduce = 0.5;       // backtracking
constexpr double backtrack_slope = 0.4;    // the decrease that is enough, as a share of the slope's
constexpr double quadratic_tol = 0.1;      // how near to a parabola a line has to be
constexpr double energy_precision = 1e-8;  // changes below it are noise
constexpr double eps_quad = 1e-28;

class LineSearch {
 public:
  LineSearch(Descent& at, double max_move_angstrom) : at_(at), max_move_(max_move_angstrom) {}

  /// Moves along `direction`. Nothing: moved; else why not, and back at the start.
  std::optional<StopReason> search(const Vectors& direction) {
    const double start_ev = at_.energy_ev;
    const double start_slope = dot(at_.forces, direction);
    if (start_slope <= 0.0) return StopReason::line_search_uphill;
    const double farthest = std::min(alpha_max, max_move_ / force_norm(ForceNorm::inf, direction));
    start_.assign(at_.positions.begin(), at_.positions.end());

    double alpha = farthest;
    double alpha_before = 0.0;
    double slope_before = start_slope;
    double ev_before = start_ev;
    while (true) {
      step(direction, alpha);
      const double slope = dot(at_.forces, direction);
      const double turn = slope - slope_before;
      if (std::abs(slope) < eps_quad || std::abs(turn) < eps_quad) {
        step(direction, 0.0);
        return StopReason::line_search_gradient;
      }
      // On a parabola the energy follows from the two slopes, and the zero of the slope is known.
      const double foretold = at_.energy_ev + 0.5 * (alpha - alpha_before) * (slope + slope_before);
      const double bottom = alpha - (alpha - alpha_before) * slope / turn;
      if (std::abs(ev_before - foretold) <= quadratic_tol * std::abs(ev_before) && bottom > 0.0 &&
          bottom < farthest) {
        step(direction, bottom);
        if (at_.energy_ev - start_ev < energy_precision) return std::nullopt;
      }
      const double enough = -backtrack_slope * alpha * start_slope;
      if (at_.energy_ev - start_ev <= enough) return std::nullopt;

      slope_before = slope;
      ev_before = at_.energy_ev;
      alpha_before = alpha;
      alpha *= alpha_reduce;
      if (alpha <= 0.0 || enough >= -energy_precision) {
        step(direction, 0.0);
        return StopReason::line_search_alpha;
      }
    }
  }

 private:
  /// To start + alpha direction.
  void step(const Vectors& direction, double alpha) {
    for (std::size_t i = 0; i < start_.size(); ++i) {
      at_.positions[i] = start_[i];
      if (alpha > 0.0) at_.positions[i] += alpha * direction[i];
    }
    at_.evaluate();
  }

  Descent& at_;
  double max_move_;
  Vectors start_ = {};
};

}  // namespace

StopReason follow_conjugate_gradients(Descent& at, const MinimiseOptions& options,
                                      Progress& progress) {
  LineSearch line(at, options.max_move_angstrom);
  Vectors forces_before = at.forces;
  Vectors direction = at.forces;
  double squared_before = dot(at.forces, at.forces);
  const auto period = static_cast<std::int64_t>(3 * at.forces.size());
  while (at.iterations < options.max_iterations) {
    if (progress.cancelled()) return StopReason::cancelled;
    ++at.iterations;
    const double ev_before = at.energy_ev;
    if (const auto failure = line.search(direction)) return *failure;
    progress.advance(1);
    if (at.evaluations >= options.max_evaluations) return StopReason::max_evaluations;
    if (energy_settled(options, ev_before, at.energy_ev)) return StopReason::energy_tolerance;
    if (forces_settled(options, at.forces)) return StopReason::force_tolerance;

    const double squared = dot(at.forces, at.forces);
    if (squared == 0.0) return StopReason::zero_force;
    double beta = std::max(0.0, (squared - dot(at.forces, forces_before)) / squared_before);
    if ((at.iterations + 1) % period == 0) beta = 0.0;
    squared_before = squared;
    for (std::size_t i = 0; i < direction.size(); ++i) {
      direction[i] = at.forces[i] + beta * direction[i];
    }
    if (dot(at.forces, direction) <= 0.0) direction = at.forces;
    forces_before = at.forces;
  }
  return StopReason::max_iterations;
}

}  // namespace adatom::energetics
