#pragma once
// What a fit of rings starts from, knows beforehand and may not leave.
#include <cstddef>
#include <vector>

#include "ring_bins.h"
#include "ring_solver.h"

namespace adatom::diffraction {

/// Start values, bounds and priors for a profile of which nothing is known.
[[nodiscard]] RingProblem reference_problem(const RingModel& model, const RingFitOptions& options,
                                            std::size_t phases, const Bins& bins);

/// What the fit of a frame knows from the reference.
/// @param p parameters of the reference's fit
[[nodiscard]] std::vector<Prior> frame_priors(const RingModel& model, const RingProblem& problem,
                                              const Eigen::VectorXd& p, std::size_t phases,
                                              const RingFitOptions& options);

/// Makes model and problem those with one unknown ring more, at s.
void add_unknown(RingModel& model, RingProblem& problem, const Eigen::VectorXd& solution, double s);

/// The problem anew, its start found in what the unknown rings of a solution leave of the profile:
/// a strong one misleads a start that does not know of it.
[[nodiscard]] RingProblem without_unknown(const RingModel& model, const RingFitOptions& options,
                                          std::size_t phases, const Bins& bins,
                                          const RingProblem& problem,
                                          const Eigen::VectorXd& solution);

}  // namespace adatom::diffraction
