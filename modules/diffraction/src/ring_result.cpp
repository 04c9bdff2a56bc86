#include "ring_result.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace adatom::diffraction {
namespace {

constexpr double angstrom_per_nm = 10.0;

/// Reads values and errors out of parameters and their covariance.
class Reader {
 public:
  Reader(const RingFitInput& input, Eigen::MatrixXd covariance)
      : input_(input), covariance_(std::move(covariance)) {}

  [[nodiscard]] double value(Eigen::Index i) const { return input_.solution.parameters[i]; }
  [[nodiscard]] double variance(Eigen::Index i) const { return covariance_(i, i); }
  [[nodiscard]] double shared(Eigen::Index i, Eigen::Index j) const { return covariance_(i, j); }
  [[nodiscard]] double error(Eigen::Index i) const { return std::sqrt(std::max(variance(i), 0.0)); }
  [[nodiscard]] const RingFitInput& input() const { return input_; }
  [[nodiscard]] const RingParameters& at() const { return input_.model.parameters(); }

  /// Relative error of p_i / p_j.
  [[nodiscard]] double ratio_error(Eigen::Index i, Eigen::Index j) const {
    if (i == j) return 0.0;
    const double a = value(i);
    const double b = value(j);
    return std::sqrt(std::max(
        variance(i) / (a * a) + variance(j) / (b * b) - 2.0 * shared(i, j) / (a * b), 0.0));
  }

 private:
  const RingFitInput& input_;
  Eigen::MatrixXd covariance_;
};

/// The phase whose lattice is held. -1: none.
Eigen::Index reference_scale(const RingFitInput& input) {
  for (std::size_t i = 0; i < input.phases.size(); ++i) {
    if (input.phases[i].name == input.options.reference_phase) {
      return input.model.parameters().scale(i);
    }
  }
  return -1;
}

void set_counts(Ring& ring, double s_per_px) {
  const double factor = 2.0 * std::numbers::pi * ring.s_per_angstrom.value / (s_per_px * s_per_px);
  ring.intensity = {ring.area.value * factor, ring.area.stderr_value * factor};
}

Ring phase_ring(const Reader& read, const ListedRing& listed, Eigen::Index reference) {
  const auto& input = read.input();
  const auto scale = read.at().scale(listed.phase);
  const auto own = read.at().coefficient(listed.coefficient);
  const double s = listed.s_per_angstrom * read.value(scale);
  const auto shape = input.model.shape(input.solution.parameters, listed.phase, s);
  Ring ring{.phase = input.phases[listed.phase].name,
            .hkl = listed.hkl,
            .multiplicity = listed.multiplicity,
            .s_per_angstrom = {s, listed.s_per_angstrom * read.error(scale)},
            .area = {read.value(own) * listed.weight, read.error(own) * listed.weight},
            .width_per_angstrom = shape.width,
            .lorentz_share = shape.share,
            .area_per_volume = listed.area_per_volume};
  const double calibration = reference >= 0 ? read.value(reference) : 1.0;
  const double relative =
      reference >= 0 ? read.ratio_error(reference, scale) : read.error(scale) / read.value(scale);
  ring.d_angstrom = {calibration / s, calibration / s * relative};
  set_counts(ring, input.s_per_px);
  return ring;
}

Ring unknown_ring(const Reader& read, std::size_t i, Eigen::Index reference) {
  const auto& input = read.input();
  const auto area = read.at().unknown_area(i);
  const auto place = read.at().unknown_s(i);
  const auto shape = input.model.unknown_shape(input.solution.parameters, i);
  const double s = read.value(place);
  Ring ring{.s_per_angstrom = {s, read.error(place)},
            .area = {read.value(area), read.error(area)},
            .width_per_angstrom = shape.width,
            .lorentz_share = shape.share};
  const double calibration = reference >= 0 ? read.value(reference) : 1.0;
  const double relative =
      reference >= 0 ? read.ratio_error(reference, place) : read.error(place) / s;
  ring.d_angstrom = {calibration / s, calibration / s * relative};
  set_counts(ring, input.s_per_px);
  return ring;
}

FittedPhase fitted_phase(const Reader& read, std::size_t i, Eigen::Index reference) {
  const auto& input = read.input();
  const auto scale = read.at().scale(i);
  const double calibration = reference >= 0 ? read.value(reference) : 1.0;
  const double relative =
      reference >= 0 ? read.ratio_error(reference, scale) : read.error(scale) / read.value(scale);
  FittedPhase phase{.name = input.phases[i].name};
  const double edges = calibration / read.value(scale);
  phase.scale = {edges, edges * relative};
  const double a = input.phases[i].cell.a_angstrom * edges;
  phase.a_angstrom = {a, a * relative};
  const auto lorentz = read.at().lorentz(i);
  if (lorentz >= 0) {
    const double size = scherrer / read.value(lorentz) / angstrom_per_nm;
    phase.size_nm = {size, size * read.error(lorentz) / read.value(lorentz)};
  }
  const auto strain2 = read.at().strain2(i);
  if (strain2 >= 0) {
    // Of a square at zero within its error, the root's error is that of the square's upper end.
    const double strain = std::sqrt(read.value(strain2));
    const double error = read.error(strain2);
    phase.microstrain = {strain, std::min(strain > 0.0 ? error / (2.0 * strain) : std::sqrt(error),
                                          std::sqrt(error))};
  }
  return phase;
}

Eigen::MatrixXd area_covariance(const Reader& read) {
  struct Source {
    Eigen::Index parameter;
    double weight;
  };
  std::vector<Source> sources;
  for (const auto& ring : read.input().model.list().rings) {
    sources.push_back({read.at().coefficient(ring.coefficient), ring.weight});
  }
  for (std::size_t i = 0; i < read.at().unknown(); ++i) {
    sources.push_back({read.at().unknown_area(i), 1.0});
  }
  const auto count = static_cast<Eigen::Index>(sources.size());
  Eigen::MatrixXd result(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < count; ++j) {
      const auto& a = sources[static_cast<std::size_t>(i)];
      const auto& b = sources[static_cast<std::size_t>(j)];
      result(i, j) = a.weight * b.weight * read.shared(a.parameter, b.parameter);
    }
  }
  return result;
}

void add_curves(RingFit& fit, const RingFitInput& input) {
  Eigen::VectorXd curve;
  input.model.evaluate(input.solution.parameters, curve, nullptr);
  const Eigen::VectorXd under = input.model.background(input.solution.parameters);
  fit.fitted.assign(curve.begin(), curve.end());
  fit.background.assign(under.begin(), under.end());
  fit.first_bin = input.range.first;
  fit.residual.assign(fit.fitted.size(), std::numeric_limits<double>::quiet_NaN());
  double chi2 = 0.0;
  std::int64_t used = 0;
  for (Eigen::Index i = 0; i < curve.size(); ++i) {
    if (input.problem.variance[i] <= 0.0) continue;
    const double off = (input.problem.measured[i] - curve[i]) / std::sqrt(input.stated_variance[i]);
    fit.residual[static_cast<std::size_t>(i)] = off;
    chi2 += off * off;
    ++used;
  }
  fit.degrees_of_freedom =
      std::max<std::int64_t>(used - static_cast<std::int64_t>(input.problem.fitted.size()), 1);
  fit.chi2_per_dof = chi2 / static_cast<double>(fit.degrees_of_freedom);
  if (input.options.errors == ErrorScale::misfit) {
    fit.error_factor = std::sqrt(std::max(fit.chi2_per_dof, 1.0));
  }
}

}  // namespace

double robust_misfit(const RingModel& model, const RingProblem& problem,
                     const Eigen::VectorXd& parameters) {
  Eigen::VectorXd curve;
  model.evaluate(parameters, curve, nullptr);
  std::vector<double> squares;
  for (Eigen::Index i = 0; i < curve.size(); ++i) {
    if (problem.variance[i] <= 0.0) continue;
    const double off = problem.measured[i] - curve[i];
    squares.push_back(off * off / problem.variance[i]);
  }
  const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
  std::ranges::nth_element(squares, middle);
  constexpr double median_of_chi2 = 0.4549;  // one degree of freedom
  return std::max(*middle / median_of_chi2, 1.0);
}

ResidualPeak residual_peak(const RingModel& model, const Eigen::VectorXd& parameters,
                           const Eigen::VectorXd& measured, const Eigen::VectorXd& variance) {
  Eigen::VectorXd curve;
  model.evaluate(parameters, curve, nullptr);
  const Eigen::ArrayXd rings = (curve - model.background(parameters)).array();
  const Eigen::ArrayXd left = (measured - curve).array();
  const Eigen::ArrayXd weight =
      (variance.array() > 0.0).select(variance.array().max(1e-300).inverse(), 0.0);
  const double s_middle = model.s().mean();
  const auto shape = model.shape(parameters, 0, s_middle);
  const auto bins = model.s().size();
  const double step = model.s()[1] - model.s()[0];
  const auto reach = static_cast<Eigen::Index>(std::ceil(2.0 * shape.width / step));
  const auto peak =
      peak_curve(Eigen::ArrayXd::LinSpaced(2 * reach + 1, static_cast<double>(-reach) * step,
                                           static_cast<double>(reach) * step),
                 0.0, shape.width, shape.share, Slopes::unwanted)
          .value;
  constexpr double misfit = 0.05;
  ResidualPeak best{model.s()[0], 0.0};
  for (Eigen::Index i = reach / 2; i < bins - reach / 2; ++i) {
    const auto begin = std::max<Eigen::Index>(i - reach, 0);
    const auto count = std::min(i + reach + 1, bins) - begin;
    const auto form = peak.segment(begin - (i - reach), count);
    const auto own = weight.segment(begin, count);
    const double norm = (own * form * form).sum();
    if (norm <= 0.0) continue;
    const double area = (own * form * left.segment(begin, count)).sum() / norm;
    const double doubt = misfit * std::abs((own * form * rings.segment(begin, count)).sum()) / norm;
    const double significance = (area - doubt) * std::sqrt(norm);
    if (significance > best.significance) best = {model.s()[i], significance};
  }
  return best;
}

RingFit ring_result(const RingFitInput& input) {
  RingFit fit;
  fit.converged = input.solution.converged;
  fit.iterations = input.solution.iterations;
  add_curves(fit, input);
  const double factor2 = fit.error_factor * fit.error_factor;
  const Reader read(input,
                    factor2 * covariance(input.model, input.problem, input.solution.parameters));
  const auto reference = reference_scale(input);
  for (const auto& ring : input.model.list().rings) {
    fit.rings.push_back(phase_ring(read, ring, reference));
  }
  for (std::size_t i = 0; i < read.at().unknown(); ++i) {
    fit.rings.push_back(unknown_ring(read, i, reference));
  }
  fit.area_covariance = area_covariance(read);
  for (std::size_t i = 0; i < input.phases.size(); ++i) {
    fit.phases.push_back(fitted_phase(read, i, reference));
    for (const auto& ring : fit.rings) {
      if (ring.phase != input.phases[i].name || ring.area.stderr_value <= 0.0) continue;
      fit.phases[i].significance =
          std::max(fit.phases[i].significance, ring.area.value / ring.area.stderr_value);
    }
  }
  const double instrument2 = read.value(read.at().instrument2());
  const double width = std::sqrt(std::max(instrument2, 0.0));
  const double error2 = read.error(read.at().instrument2());
  fit.instrument_width_per_angstrom = {
      width, std::min(width > 0.0 ? error2 / (2.0 * width) : std::sqrt(error2), std::sqrt(error2))};
  if (reference >= 0) fit.s_scale = {read.value(reference), read.error(reference)};
  const double misfit = robust_misfit(input.model, input.problem, input.solution.parameters);
  fit.residual_peak = residual_peak(input.model, input.solution.parameters, input.problem.measured,
                                    misfit * input.problem.variance);
  return fit;
}

}  // namespace adatom::diffraction
