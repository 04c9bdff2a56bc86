#include "ring_solver.h"

#include <algorithm>
#include <cmath>

#include <ceres/ceres.h>
#include <Eigen/Eigenvalues>

namespace adatom::diffraction {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// (measured - curve) / stderr bin by bin, then the priors.
class Residuals final : public ceres::CostFunction {
 public:
  Residuals(const RingModel& model, const RingProblem& problem)
      : model_(model), problem_(problem), all_(problem.start) {
    per_error_ = (problem.variance.array() > 0.0)
                     .select(problem.variance.array().max(1e-300).sqrt().inverse(), 0.0);
    set_num_residuals(static_cast<int>(problem.measured.size()) +
                      static_cast<int>(problem.priors.size()));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(problem.fitted.size()));
  }
  [[nodiscard]] int rows() const { return num_residuals(); }

  bool Evaluate(const double* const* parameters, double* residuals,
                double** jacobians) const override {
    const double* free = parameters[0];
    for (std::size_t i = 0; i < problem_.fitted.size(); ++i) all_[problem_.fitted[i]] = free[i];
    const bool sloped = jacobians != nullptr && jacobians[0] != nullptr;
    model_.evaluate(all_, curve_, sloped ? &slopes_ : nullptr);
    const auto bins = problem_.measured.size();
    Eigen::Map<Eigen::VectorXd> out(residuals, num_residuals());
    out.head(bins) = ((problem_.measured - curve_).array() * per_error_).matrix();
    for (std::size_t i = 0; i < problem_.priors.size(); ++i) {
      const auto& prior = problem_.priors[i];
      out[bins + static_cast<Eigen::Index>(i)] =
          (prior.value - all_[prior.parameter]) / prior.standard_deviation;
    }
    if (!out.allFinite()) return false;
    if (sloped) write_slopes(jacobians[0]);
    return true;
  }

 private:
  void write_slopes(double* target) const {
    const auto bins = problem_.measured.size();
    Eigen::Map<RowMajor> out(target, num_residuals(),
                             static_cast<Eigen::Index>(problem_.fitted.size()));
    for (std::size_t i = 0; i < problem_.fitted.size(); ++i) {
      const auto column = static_cast<Eigen::Index>(i);
      out.col(column).head(bins) = (-slopes_.col(problem_.fitted[i]).array() * per_error_).matrix();
      for (std::size_t k = 0; k < problem_.priors.size(); ++k) {
        const auto& prior = problem_.priors[k];
        const bool own = prior.parameter == problem_.fitted[i];
        out(bins + static_cast<Eigen::Index>(k), column) =
            own ? -1.0 / prior.standard_deviation : 0.0;
      }
    }
  }
  const RingModel& model_;
  const RingProblem& problem_;
  Eigen::ArrayXd per_error_;
  mutable Eigen::VectorXd all_;  // Ceres calls from one thread
  mutable Eigen::VectorXd curve_;
  mutable Eigen::MatrixXd slopes_;
};

}  // namespace

RingSolution solve(const RingModel& model, const RingProblem& problem) {
  std::vector<double> free;
  for (const auto i : problem.fitted) {
    free.push_back(std::clamp(problem.start[i], problem.lowest[i], problem.highest[i]));
  }
  ceres::Problem ceres_problem;
  ceres_problem.AddResidualBlock(new Residuals(model, problem), nullptr, free.data());
  for (std::size_t i = 0; i < free.size(); ++i) {
    const auto parameter = problem.fitted[i];
    if (std::isfinite(problem.lowest[parameter])) {
      ceres_problem.SetParameterLowerBound(free.data(), static_cast<int>(i),
                                           problem.lowest[parameter]);
    }
    if (std::isfinite(problem.highest[parameter])) {
      ceres_problem.SetParameterUpperBound(free.data(), static_cast<int>(i),
                                           problem.highest[parameter]);
    }
  }
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = static_cast<int>(problem.iterations);
  options.function_tolerance = 1e-7;  // a hundredth of what moves a parameter by its error / 300
  options.parameter_tolerance = 1e-10;
  options.gradient_tolerance = 1e-14;
  options.num_threads = 1;
  options.logging_type = ceres::SILENT;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &ceres_problem, &summary);
  RingSolution solution{.parameters = problem.start,
                        .converged = summary.termination_type == ceres::CONVERGENCE,
                        .iterations = static_cast<std::int64_t>(summary.iterations.size())};
  for (std::size_t i = 0; i < free.size(); ++i) solution.parameters[problem.fitted[i]] = free[i];
  return solution;
}

Eigen::MatrixXd covariance(const RingModel& model, const RingProblem& problem,
                           const Eigen::VectorXd& parameters) {
  Eigen::VectorXd curve;
  Eigen::MatrixXd slopes;
  model.evaluate(parameters, curve, &slopes);
  const auto count = static_cast<Eigen::Index>(problem.fitted.size());
  Eigen::MatrixXd free(slopes.rows(), count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto& variance = problem.variance.array();
    free.col(i) = (variance > 0.0)
                      .select(slopes.col(problem.fitted[static_cast<std::size_t>(i)]).array() /
                                  variance.max(1e-300).sqrt(),
                              0.0)
                      .matrix();
  }
  Eigen::MatrixXd normal = free.transpose() * free;
  for (Eigen::Index i = 0; i < count; ++i) {
    for (const auto& prior : problem.priors) {
      if (prior.parameter != problem.fitted[static_cast<std::size_t>(i)]) continue;
      normal(i, i) += 1.0 / (prior.standard_deviation * prior.standard_deviation);
    }
  }
  // Scaled to a diagonal of ones; what the data do not determine gets a large variance.
  const Eigen::VectorXd scale = normal.diagonal().array().max(1e-60).sqrt().inverse().matrix();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scale.asDiagonal() * normal *
                                                             scale.asDiagonal());
  const Eigen::VectorXd inverse = eigen.eigenvalues().array().max(1e-13).inverse().matrix();
  const Eigen::MatrixXd inverted = scale.asDiagonal() * eigen.eigenvectors() *
                                   inverse.asDiagonal() * eigen.eigenvectors().transpose() *
                                   scale.asDiagonal();
  Eigen::MatrixXd all = Eigen::MatrixXd::Zero(problem.start.size(), problem.start.size());
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < count; ++j) {
      all(problem.fitted[static_cast<std::size_t>(i)],
          problem.fitted[static_cast<std::size_t>(j)]) = inverted(i, j);
    }
  }
  return all;
}

}  // namespace adatom::diffraction
