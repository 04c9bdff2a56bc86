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

void set_linear_means(const MixtureModel& model, Mixture& mixture) {
  if (model.rule != MeanRule::linear) return;
  mixture.means.assign(model.basis.front().size(), 0.0);
  for (std::size_t j = 0; j < model.basis.size(); ++j) {
    for (std::size_t k = 0; k < mixture.means.size(); ++k) {
      mixture.means[k] += mixture.coefficients[j] * model.basis[j][k];
    }
  }
}

/// Responsibilities of one item after another. Far components are left out: with increasing means
/// they need not even be looked at.
class Classifier {
 public:
  Classifier(std::span<const double> items, const MixtureModel& model, const Mixture& mixture)
      : items_(items), model_(model), mixture_(mixture), tau_(mixture.components(), 0.0) {
    increasing_ = std::is_sorted(mixture.means.begin(), mixture.means.end());
    sigma2_ = mixture.sigma * mixture.sigma;
    for (std::size_t k = 0; k < mixture.components(); ++k) {
      const double v = sigma2_ + model.variance_per_mean * std::abs(mixture.means[k]);
      double front = mixture.weights[k] > 0.0 ? std::log(mixture.weights[k]) : -1e300;
      if (model.item_variance.empty()) front -= 0.5 * std::log(2.0 * std::numbers::pi * v);
      variance_.push_back(v);
      front_.push_back(front);
      half_precision_.push_back(0.5 / v);
    }
    largest_front_ = *std::max_element(front_.begin(), front_.end());
    least_half_precision_ = *std::min_element(half_precision_.begin(), half_precision_.end());
  }

  /// Variance of the item just classified in component k.
  [[nodiscard]] double variance(std::size_t k) const {
    return model_.item_variance.empty() ? variance_[k] : own_variance_;
  }
  /// Only components in [begin, end) have a responsibility for the item.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] double tau(std::size_t k) const { return tau_[k]; }

  /// @returns the logarithm of the item's likelihood
  double classify(std::size_t i) {
    const double x = items_[i];
    const bool by_item = !model_.item_variance.empty();
    if (by_item) own_variance_ = sigma2_ + model_.item_variance[i];
    own_half_precision_ = by_item ? 0.5 / own_variance_ : least_half_precision_;
    largest_ = -1e308;
    if (increasing_) {
      take_near(x, by_item);
    } else {
      begin_ = 0;
      end_ = tau_.size();
      for (std::size_t k = 0; k < end_; ++k) take(x, k, by_item);
    }
    double sum = 0.0;
    for (std::size_t k = begin_; k < end_; ++k) {
      const double below = tau_[k] - largest_;
      tau_[k] = below < negligible_log ? 0.0 : std::exp(below);
      sum += tau_[k];
    }
    const double scale = 1.0 / sum;
    for (std::size_t k = begin_; k < end_; ++k) tau_[k] *= scale;
    double log_likelihood = largest_ + std::log(sum);
    if (by_item) log_likelihood -= 0.5 * std::log(2.0 * std::numbers::pi * own_variance_);
    return log_likelihood;
  }

 private:
  void take(double x, std::size_t k, bool by_item) {
    const double r = x - mixture_.means[k];
    tau_[k] = front_[k] - r * r * (by_item ? own_half_precision_ : half_precision_[k]);
    largest_ = std::max(largest_, tau_[k]);
  }
  /// Could component k, or one further away, still count?
  [[nodiscard]] bool counts(double x, std::size_t k) const {
    const double r = x - mixture_.means[k];
    return largest_front_ - r * r * own_half_precision_ >= largest_ + negligible_log;
  }
  void take_near(double x, bool by_item) {
    const auto& means = mixture_.means;
    const auto above = std::lower_bound(means.begin(), means.end(), x) - means.begin();
    begin_ = end_ = static_cast<std::size_t>(above);
    // The nearest two first: they show what the others have to reach.
    if (end_ < means.size()) take(x, end_++, by_item);
    if (begin_ > 0) take(x, --begin_, by_item);
    while (end_ < means.size() && counts(x, end_)) take(x, end_++, by_item);
    while (begin_ > 0 && counts(x, begin_ - 1)) take(x, --begin_, by_item);
  }

  std::span<const double> items_;
  const MixtureModel& model_;
  const Mixture& mixture_;
  bool increasing_ = false;
  double sigma2_ = 0.0;
  std::vector<double> variance_;
  std::vector<double> front_;  ///< logarithm of what stands before the exponential
  std::vector<double> half_precision_;
  double largest_front_ = 0.0;
  double least_half_precision_ = 0.0;
  double own_variance_ = 0.0;
  double own_half_precision_ = 0.0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  double largest_ = 0.0;
  std::vector<double> tau_;
};

/// Sums over the items of one component; d is the distance from its mean, v the variance.
struct Sums {
  double count = 0.0;      ///< tau
  double precision = 0.0;  ///< tau / v
  double moment = 0.0;     ///< tau d / v
  double curvature = 0.0;  ///< tau / v^2
  double skew = 0.0;       ///< tau d / v^2
  double square = 0.0;     ///< tau d^2 / v^2
};

double sum_items(std::span<const double> items, const MixtureModel& model, const Mixture& mixture,
                 std::vector<Sums>& sums) {
  sums.assign(mixture.components(), Sums{});
  Classifier classifier(items, model, mixture);
  double log_likelihood = 0.0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    log_likelihood += classifier.classify(i);
    for (std::size_t k = classifier.begin(); k < classifier.end(); ++k) {
      const double tau = classifier.tau(k);
      if (tau == 0.0) continue;
      const double precision = 1.0 / classifier.variance(k);
      const double d = items[i] - mixture.means[k];
      Sums& sum = sums[k];
      const double once = tau * precision;
      const double twice = once * precision;
      sum.count += tau;
      sum.precision += once;
      sum.moment += once * d;
      sum.curvature += twice;
      sum.skew += twice * d;
      sum.square += twice * d * d;
    }
  }
  return log_likelihood;
}

void update_linear_means(const MixtureModel& model, const std::vector<Sums>& sums,
                         Mixture& mixture) {
  const auto size = static_cast<Eigen::Index>(model.basis.size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
  for (Eigen::Index a = 0; a < size; ++a) {
    const auto& column = model.basis[static_cast<std::size_t>(a)];
    for (std::size_t k = 0; k < column.size(); ++k) {
      right(a) += column[k] * (sums[k].moment + sums[k].precision * mixture.means[k]);
    }
    for (Eigen::Index b = 0; b < size; ++b) {
      const auto& other = model.basis[static_cast<std::size_t>(b)];
      for (std::size_t k = 0; k < column.size(); ++k) {
        normal(a, b) += column[k] * other[k] * sums[k].precision;
      }
    }
  }
  const Eigen::LDLT<Eigen::MatrixXd> solver(normal);
  // All items in few components leave a combination of the coefficients undetermined: they stay.
  if (solver.info() != Eigen::Success || !(solver.rcond() > 1e-12)) return;
  const Eigen::VectorXd solution = solver.solve(right);
  mixture.coefficients.assign(solution.data(), solution.data() + size);
  if (size == 1) {
    mixture.coefficients[0] =
        std::clamp(mixture.coefficients[0], model.min_coefficient, model.max_coefficient);
  }
  set_linear_means(model, mixture);
}

void maximise(std::size_t items, const MixtureModel& model, const std::vector<Sums>& sums,
              Mixture& mixture) {
  const std::vector<double> former = mixture.means;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    mixture.weights[k] = sums[k].count / static_cast<double>(items);
    if (model.rule == MeanRule::free && sums[k].count > 1e-12) {
      mixture.means[k] += sums[k].moment / sums[k].precision;
    }
  }
  if (model.rule == MeanRule::linear) update_linear_means(model, sums, mixture);
  // sum tau (r^2 - v) / v^2 with r from the new means.
  double surplus = 0.0;
  double curvature = 0.0;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    const double move = mixture.means[k] - former[k];
    surplus += sums[k].square - 2.0 * move * sums[k].skew + move * move * sums[k].curvature -
               sums[k].precision;
    curvature += sums[k].curvature;
  }
  const double sigma2 = mixture.sigma * mixture.sigma + surplus / curvature;
  mixture.sigma = std::sqrt(std::max(sigma2, model.min_sigma * model.min_sigma));
}

}  // namespace

std::int64_t MixtureModel::parameters(std::size_t components) const {
  const auto k = static_cast<std::int64_t>(components);
  const std::int64_t weights_and_sigma = k;
  if (rule == MeanRule::free) return weights_and_sigma + k;
  if (rule == MeanRule::linear) return weights_and_sigma + static_cast<std::int64_t>(basis.size());
  return weights_and_sigma;
}

double Expectation::entropy() const {
  double sum = 0.0;
  for (const double t : responsibilities) {
    if (t > 0.0) sum -= t * std::log(t);
  }
  return sum;
}

Expectation expect(std::span<const double> items, const MixtureModel& model,
                   const Mixture& mixture) {
  const std::size_t components = mixture.components();
  Expectation out;
  out.responsibilities.assign(items.size() * components, 0.0);
  Classifier classifier(items, model, mixture);
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.log_likelihood += classifier.classify(i);
    for (std::size_t k = classifier.begin(); k < classifier.end(); ++k) {
      out.responsibilities[i * components + k] = classifier.tau(k);
    }
  }
  return out;
}

MixtureFit fit_mixture(std::span<const double> items, const MixtureModel& model, Mixture start,
                       std::int64_t max_iterations, double tolerance) {
  MixtureFit fit{std::move(start), 0.0, 0, false};
  fit.mixture.sigma = std::max(fit.mixture.sigma, model.min_sigma);
  set_linear_means(model, fit.mixture);
  std::vector<Sums> sums;
  fit.log_likelihood = sum_items(items, model, fit.mixture, sums);
  const double enough = tolerance * static_cast<double>(items.size());
  while (fit.iterations < max_iterations && !fit.converged) {
    maximise(items.size(), model, sums, fit.mixture);
    const double next = sum_items(items, model, fit.mixture, sums);
    fit.converged = std::abs(next - fit.log_likelihood) < enough;
    fit.log_likelihood = next;
    ++fit.iterations;
  }
  return fit;
}

}  // namespace adatom::numeric
