#include "adatom/numeric/mixture.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace adatom::numeric {

namespace {

// Terms e^-40 below the largest do not change a double sum of up to hundreds of terms.
constexpr double negligible_log = -40.0;

/// The variance of an item in a component; one of the two extra parts is always absent.
class Variance {
 public:
  Variance(const MixtureModel& model, const Mixture& mixture)
      : items_(model.item_variance), sigma2_(mixture.sigma * mixture.sigma) {
    of_component_.reserve(mixture.components());
    for (const double mean : mixture.means) {
      of_component_.push_back(sigma2_ + model.variance_per_mean * std::abs(mean));
    }
  }
  double operator()(std::size_t item, std::size_t component) const {
    return items_.empty() ? of_component_[component] : sigma2_ + items_[item];
  }
  [[nodiscard]] double of_component(std::size_t component) const {
    return of_component_[component];
  }

 private:
  const std::vector<double>& items_;
  double sigma2_;
  std::vector<double> of_component_;
};

void set_linear_means(const MixtureModel& model, Mixture& mixture) {
  if (model.rule != MeanRule::linear) return;
  mixture.means.assign(model.basis.front().size(), 0.0);
  for (std::size_t j = 0; j < model.basis.size(); ++j) {
    for (std::size_t k = 0; k < mixture.means.size(); ++k) {
      mixture.means[k] += mixture.coefficients[j] * model.basis[j][k];
    }
  }
}

/// Weighted sums over the items of each component.
struct Sums {
  std::vector<double> count;      ///< sum tau
  std::vector<double> precision;  ///< sum tau / v
  std::vector<double> moment;     ///< sum tau x / v
};

Sums sum_components(std::span<const double> items, const Variance& variance,
                    const std::vector<double>& tau, std::size_t components) {
  Sums sums{std::vector<double>(components, 0.0), std::vector<double>(components, 0.0),
            std::vector<double>(components, 0.0)};
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t k = 0; k < components; ++k) {
      const double t = tau[i * components + k];
      if (t == 0.0) continue;
      const double weight = t / variance(i, k);
      sums.count[k] += t;
      sums.precision[k] += weight;
      sums.moment[k] += weight * items[i];
    }
  }
  return sums;
}

void update_linear_means(const MixtureModel& model, const Sums& sums, Mixture& mixture) {
  const auto size = static_cast<Eigen::Index>(model.basis.size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
  for (Eigen::Index a = 0; a < size; ++a) {
    const auto& column = model.basis[static_cast<std::size_t>(a)];
    for (std::size_t k = 0; k < column.size(); ++k) right(a) += column[k] * sums.moment[k];
    for (Eigen::Index b = 0; b < size; ++b) {
      const auto& other = model.basis[static_cast<std::size_t>(b)];
      for (std::size_t k = 0; k < column.size(); ++k) {
        normal(a, b) += column[k] * other[k] * sums.precision[k];
      }
    }
  }
  const Eigen::LDLT<Eigen::MatrixXd> solver(normal);
  // All items in one component leave a combination of the coefficients undetermined: they stay.
  if (solver.info() != Eigen::Success || !(solver.rcond() > 1e-12)) return;
  const Eigen::VectorXd solution = solver.solve(right);
  mixture.coefficients.assign(solution.data(), solution.data() + size);
  if (size == 1) {
    mixture.coefficients[0] =
        std::clamp(mixture.coefficients[0], model.min_coefficient, model.max_coefficient);
  }
  set_linear_means(model, mixture);
}

void update_sigma(std::span<const double> items, const MixtureModel& model,
                  const Variance& variance, const std::vector<double>& tau, Mixture& mixture) {
  const std::size_t components = mixture.components();
  double surplus = 0.0;
  double curvature = 0.0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t k = 0; k < components; ++k) {
      const double t = tau[i * components + k];
      if (t == 0.0) continue;
      const double v = variance(i, k);
      const double r = items[i] - mixture.means[k];
      surplus += t * (r * r - v) / (v * v);
      curvature += t / (v * v);
    }
  }
  const double sigma2 = mixture.sigma * mixture.sigma + surplus / curvature;
  mixture.sigma = std::sqrt(std::max(sigma2, model.min_sigma * model.min_sigma));
}

}  // namespace

std::int64_t MixtureModel::parameters(std::size_t components) const {
  const auto k = static_cast<std::int64_t>(components);
  std::int64_t count = 1 + (k - 1);
  if (rule == MeanRule::free) count += k;
  if (rule == MeanRule::linear) count += static_cast<std::int64_t>(basis.size());
  return count;
}

double Expectation::entropy() const {
  double sum = 0.0;
  for (const double t : responsibilities) {
    if (t > 0.0) sum -= t * std::log(t);
  }
  return sum;
}

void expect(std::span<const double> items, const MixtureModel& model, const Mixture& mixture,
            Expectation& out) {
  const std::size_t components = mixture.components();
  const Variance variance(model, mixture);
  const bool by_item = !model.item_variance.empty();
  // Logarithm of what stands before the exponential, and 1/(2v): once for each component.
  std::vector<double> front(components);
  std::vector<double> half_precision(components);
  for (std::size_t k = 0; k < components; ++k) {
    const double v = variance.of_component(k);
    front[k] = mixture.weights[k] > 0.0 ? std::log(mixture.weights[k]) : -1e300;
    if (!by_item) front[k] -= 0.5 * std::log(2.0 * std::numbers::pi * v);
    half_precision[k] = 0.5 / v;
  }
  out.responsibilities.assign(items.size() * components, 0.0);
  out.log_likelihood = 0.0;
  std::vector<double> logs(components);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const double own = by_item ? 0.5 / variance(i, 0) : 0.0;
    double largest = -1e308;
    for (std::size_t k = 0; k < components; ++k) {
      const double r = items[i] - mixture.means[k];
      logs[k] = front[k] - r * r * (by_item ? own : half_precision[k]);
      largest = std::max(largest, logs[k]);
    }
    double* tau = out.responsibilities.data() + i * components;
    double sum = 0.0;
    for (std::size_t k = 0; k < components; ++k) {
      if (logs[k] - largest < negligible_log) continue;
      tau[k] = std::exp(logs[k] - largest);
      sum += tau[k];
    }
    const double scale = 1.0 / sum;
    for (std::size_t k = 0; k < components; ++k) tau[k] *= scale;
    out.log_likelihood += largest + std::log(sum);
    if (by_item) out.log_likelihood += 0.5 * std::log(own / std::numbers::pi);
  }
}

void maximise(std::span<const double> items, const MixtureModel& model,
              const Expectation& expectation, Mixture& mixture) {
  const std::size_t components = mixture.components();
  const std::vector<double>& tau = expectation.responsibilities;
  const Variance variance(model, mixture);
  const Sums sums = sum_components(items, variance, tau, components);
  for (std::size_t k = 0; k < components; ++k) {
    mixture.weights[k] = sums.count[k] / static_cast<double>(items.size());
  }
  if (model.rule == MeanRule::free) {
    for (std::size_t k = 0; k < components; ++k) {
      if (sums.count[k] > 1e-12) mixture.means[k] = sums.moment[k] / sums.precision[k];
    }
  }
  if (model.rule == MeanRule::linear) update_linear_means(model, sums, mixture);
  update_sigma(items, model, variance, tau, mixture);
}

MixtureFit fit_mixture(std::span<const double> items, const MixtureModel& model, Mixture start,
                       std::int64_t max_iterations, double tolerance) {
  MixtureFit fit{std::move(start), 0.0, 0, false};
  fit.mixture.sigma = std::max(fit.mixture.sigma, model.min_sigma);
  set_linear_means(model, fit.mixture);
  Expectation expectation;
  expect(items, model, fit.mixture, expectation);
  fit.log_likelihood = expectation.log_likelihood;
  const double enough = tolerance * static_cast<double>(items.size());
  while (fit.iterations < max_iterations && !fit.converged) {
    maximise(items, model, expectation, fit.mixture);
    expect(items, model, fit.mixture, expectation);
    fit.converged = std::abs(expectation.log_likelihood - fit.log_likelihood) < enough;
    fit.log_likelihood = expectation.log_likelihood;
    ++fit.iterations;
  }
  return fit;
}

}  // namespace adatom::numeric
