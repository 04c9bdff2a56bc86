#pragma once
// Weighted least squares of a RingModel.
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "ring_model.h"

namespace adatom::diffraction {

/// What is known of a parameter beforehand.
struct Prior {
  Eigen::Index parameter = 0;
  double value = 0.0;
  double standard_deviation = 1.0;
};

struct RingProblem {
  Eigen::VectorXd measured{};  ///< bin by bin
  Eigen::VectorXd variance{};  ///< of each; 0: the bin is left out
  std::vector<Prior> priors{};
  Eigen::VectorXd start{};  ///< all parameters
  Eigen::VectorXd lowest{};
  Eigen::VectorXd highest{};
  std::vector<Eigen::Index> fitted{};  ///< parameters that are not held
  std::int64_t iterations = 60;
};

struct RingSolution {
  Eigen::VectorXd parameters;
  bool converged = false;
  std::int64_t iterations = 0;
};

[[nodiscard]] RingSolution solve(const RingModel& model, const RingProblem& problem);

/// Covariance of all parameters (0 of those held), the inverse of J^T W J with the priors.
[[nodiscard]] Eigen::MatrixXd covariance(const RingModel& model, const RingProblem& problem,
                                         const Eigen::VectorXd& parameters);

}  // namespace adatom::diffraction
