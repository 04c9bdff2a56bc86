#include "adatom/diffraction/rings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "ring_result.h"
#include "ring_start.h"

namespace adatom::diffraction {
namespace {

constexpr double narrowest_lorentz = 1e-5;  // 1/angstrom: a size of 8900 nm

/// Bins of a range, and what is known of their errors.
struct Bins {
  Eigen::VectorXd measured;
  Eigen::VectorXd stated;     ///< variance; 0: left out
  Eigen::VectorXd inflation;  ///< what correlation between bins multiplies it with
  Eigen::VectorXd weight;     ///< px^2
};

Bins read_bins(const Profile& profile, BinRange range) {
  const auto count = static_cast<Eigen::Index>(range.count);
  Bins bins{Eigen::VectorXd::Zero(count), Eigen::VectorXd::Zero(count),
            Eigen::VectorXd::Ones(count), Eigen::VectorXd::Zero(count)};
  std::vector<double> known;
  for (std::size_t i = 0; i < range.count; ++i) {
    const std::size_t bin = range.first + i;
    if (!counts(profile, bin)) continue;
    const auto at = static_cast<Eigen::Index>(i);
    const double error = profile.intensity_stderr[bin];
    bins.measured[at] = profile.intensity[bin];
    bins.stated[at] = error * error;
    bins.weight[at] = profile.weight[bin];
    if (!profile.variance_inflation.empty()) bins.inflation[at] = profile.variance_inflation[bin];
    known.push_back(error * error);
  }
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  if (!known.empty()) std::ranges::nth_element(known, middle);
  if (known.empty() || *middle <= 0.0) {
    throw InputError({.what = "a fit of rings needs standard errors",
                      .where = "profile",
                      .why = "those of most bins are 0",
                      .remedy = "state the gain, or use another error model"});
  }
  // Bins without a single count have no error of their own.
  constexpr double least = 0.01;
  for (Eigen::Index i = 0; i < count; ++i) {
    if (bins.weight[i] > 0.0) bins.stated[i] = std::max(bins.stated[i], least * *middle);
  }
  return bins;
}

/// The variances as they would be had each bin counted what the curve says: variance times weight
/// over the curve hardly changes along s, so its running mean is free of the counts' own scatter.
Eigen::VectorXd smooth_variances(const Bins& bins, const Eigen::VectorXd& curve) {
  if (curve.minCoeff() <= 0.0) return bins.stated;
  constexpr Eigen::Index half = 10;
  const auto count = curve.size();
  const Eigen::VectorXd factor =
      (bins.stated.array() * bins.weight.array() / curve.array()).matrix();
  Eigen::VectorXd smooth = Eigen::VectorXd::Zero(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    if (bins.stated[i] <= 0.0) continue;
    double sum = 0.0;
    double used = 0.0;
    for (Eigen::Index j = std::max<Eigen::Index>(i - half, 0); j <= std::min(i + half, count - 1);
         ++j) {
      if (bins.stated[j] <= 0.0) continue;
      sum += factor[j];
      used += 1.0;
    }
    smooth[i] = sum / used * curve[i] / bins.weight[i];
  }
  return smooth;
}

/// What the fit of a frame knows from the reference.
std::vector<Prior> frame_priors(const RingModel& model, const RingProblem& problem,
                                const Eigen::VectorXd& p, std::size_t phases,
                                const RingFitOptions& options) {
  const auto& at = model.parameters();
  std::vector<Prior> priors;
  const auto add = [&](Eigen::Index i, double deviation) {
    if (i < 0 || std::ranges::find(problem.fitted, i) == problem.fitted.end()) return;
    const bool there =
        std::ranges::any_of(priors, [&](const Prior& q) { return q.parameter == i; });
    if (!there) priors.push_back({i, p[i], deviation});
  };
  const double share = options.frame_width_tolerance;
  // Squares change by twice as much; none is known better than a tenth of a typical width.
  const double width = 0.1 * model.shape(p, 0, model.s().mean()).width;
  const auto add_square = [&](Eigen::Index i, double unit) {
    if (i >= 0) add(i, std::max(2.0 * share * p[i], unit * width * width));
  };
  add_square(at.instrument2(), 1.0);
  for (std::size_t i = 0; i < phases; ++i) {
    add(at.scale(i), options.frame_scale_tolerance * p[at.scale(i)]);
    if (at.lorentz(i) >= 0) add(at.lorentz(i), std::max(share * p[at.lorentz(i)], width));
    add_square(at.strain2(i), 1.0);
  }
  for (std::size_t i = 0; i < at.unknown(); ++i) {
    add(at.unknown_s(i), options.frame_scale_tolerance * p[at.unknown_s(i)]);
    add(at.unknown_lorentz(i), std::max(share * p[at.unknown_lorentz(i)], width));
  }
  for (std::size_t i = 0; i < at.halos(); ++i) {
    add(at.halo_s(i), options.frame_scale_tolerance * p[at.halo_s(i)]);
    add(at.halo_width(i), share * p[at.halo_width(i)]);
  }
  return priors;
}

void check(const std::vector<crystal::Phase>& phases, const RingFitOptions& options) {
  require_valid(options.validate());
  if (phases.empty()) {
    throw InputError({.what = "no phase was given",
                      .where = "phases",
                      .why = "rings belong to phases",
                      .remedy = "name one"});
  }
  for (const auto& phase : phases) crystal::require_possible(phase);
  const auto& name = options.reference_phase;
  if (!name.empty() && std::ranges::find(phases, name, &crystal::Phase::name) == phases.end()) {
    throw InputError({.what = "there is no such phase",
                      .where = "reference_phase",
                      .why = "'" + name + "' is not among those that are fitted",
                      .remedy = "name one of those"});
  }
}

RingModel make_model(const Profile& profile, const std::vector<crystal::Phase>& phases,
                     const RingFitOptions& options, BinRange range) {
  const double s_first = profile.s_per_angstrom(range.first);
  const double s_last = profile.s_per_angstrom(range.first + range.count - 1);
  auto list = list_rings(phases, options, s_first, s_last);
  if (list.rings.empty()) {
    throw InputError({.what = "no ring of the phases is in range",
                      .where = "profile",
                      .why = fmt::format("{:.4g} to {:.4g} 1/angstrom are fitted", s_first, s_last),
                      .remedy = "check the scale, s_min and s_max"});
  }
  return RingModel(std::move(list), phases.size(), 0, options, s_first, profile.s_step_per_angstrom,
                   range.count);
}

/// The square of the instrument's width to start with, and whether it is fitted.
double instrument2(const RingFitOptions& options, double width) {
  const double given = options.instrument_width_per_angstrom.value_or(0.7 * width);
  return given * given;
}

/// Start values, bounds and priors of the reference's fit.
RingProblem reference_problem(const RingModel& model, const RingFitOptions& options,
                              std::size_t phases, const Bins& bins) {
  const auto& at = model.parameters();
  const auto start = find_start(model, options, phases, bins.measured, bins.stated);
  RingProblem problem{.measured = bins.measured};
  problem.iterations = options.iterations;
  problem.variance = (bins.stated.array() * bins.inflation.array()).matrix();
  const double infinite = std::numeric_limits<double>::infinity();
  problem.start = Eigen::VectorXd::Zero(at.size());
  problem.lowest = Eigen::VectorXd::Constant(at.size(), -infinite);
  problem.highest = Eigen::VectorXd::Constant(at.size(), infinite);
  std::vector<bool> held(static_cast<std::size_t>(at.size()), false);
  const auto set = [&](Eigen::Index i, double value, double low, double high, double deviation) {
    problem.start[i] = value;
    problem.lowest[i] = low;
    problem.highest[i] = high;
    held[static_cast<std::size_t>(i)] = deviation <= 0.0;
    if (deviation > 0.0 && deviation < infinite) problem.priors.push_back({i, value, deviation});
  };
  problem.start.head(start.coefficients.size()) = start.coefficients;
  problem.start.segment(at.background(0), start.background.size()) = start.background;
  const double square = instrument2(options, start.width);
  set(at.instrument2(), square, 0.0, 0.01,
      options.instrument_width_per_angstrom ? 0.0 : 3.0 * square);
  const bool shared_size = options.size == WidthModel::common;
  const bool shared_strain = options.microstrain == WidthModel::common;
  for (std::size_t i = 0; i < phases; ++i) {
    const double scale = start.phase_scales[i];
    set(at.scale(i), scale, 1.0 - 2.0 * options.scale_range, 1.0 + 2.0 * options.scale_range,
        0.5 * options.scale_range);
    const double lorentz = 0.5 * start.width;
    if (at.lorentz(i) >= 0 && (i == 0 || !shared_size)) {
      set(at.lorentz(i), lorentz, narrowest_lorentz, 0.2, 2.0 * lorentz);
    }
    if (at.strain2(i) >= 0 && (i == 0 || !shared_strain)) {
      set(at.strain2(i), 4e-6, 0.0, 0.01, 1e-4);  // strain of 0.002; up to 0.1
    }
  }
  for (std::size_t i = 0; i < at.halos(); ++i) {
    const double s = 1.0 / options.halo_d_angstrom[i];
    const double width = options.halo_width_per_angstrom[i];
    problem.start[at.halo_area(i)] = 0.05 * bins.measured.mean() * width;
    set(at.halo_s(i), s, 0.7 * s, 1.3 * s, 0.1 * s);
    set(at.halo_width(i), width, 0.3 * width, 3.0 * width, 0.5 * width);
  }
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    if (!held[static_cast<std::size_t>(i)]) problem.fitted.push_back(i);
  }
  return problem;
}

/// Solves with the variances stated, then with smooth ones.
RingSolution solve_twice(const RingModel& model, RingProblem& problem, const Bins& bins,
                         Eigen::VectorXd& smooth) {
  Eigen::VectorXd curve;
  RingSolution solution = solve(model, problem);
  const auto before = solution.iterations;
  model.evaluate(solution.parameters, curve, nullptr);
  smooth = smooth_variances(bins, curve);
  problem.variance = (smooth.array() * bins.inflation.array()).matrix();
  problem.start = solution.parameters;
  solution = solve(model, problem);
  solution.iterations += before;
  return solution;
}

/// How much larger variances must be to explain the middle of the squared residuals.
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

/// The problem with one unknown ring more, at s.
void add_unknown(RingModel& model, RingProblem& problem, const Eigen::VectorXd& solution,
                 double s) {
  const auto before = model.parameters().unknown();
  const auto shape = model.shape(solution, 0, s);
  model = model.with_unknown(before + 1);
  const auto first = model.parameters().unknown_area(before);
  const auto widen = [&](const Eigen::VectorXd& old, double area, double place, double lorentz) {
    Eigen::VectorXd wide(old.size() + 3);
    wide << old.head(first), area, place, lorentz, old.tail(old.size() - first);
    return wide;
  };
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const double lorentz = std::max(0.5 * shape.width, 10.0 * narrowest_lorentz);
  problem.start = widen(solution, 0.0, s, lorentz);
  problem.lowest = widen(problem.lowest, -infinite, s - 2.0 * shape.width, narrowest_lorentz);
  problem.highest = widen(problem.highest, infinite, s + 2.0 * shape.width, 0.2);
  for (auto& i : problem.fitted) {
    if (i >= first) i += 3;
  }
  for (auto& prior : problem.priors) {
    if (prior.parameter >= first) prior.parameter += 3;
  }
  for (Eigen::Index i = first; i < first + 3; ++i) problem.fitted.push_back(i);
  problem.priors.push_back({first + 1, s, shape.width});
  problem.priors.push_back({first + 2, lorentz, 2.0 * lorentz});
}

}  // namespace

/// Everything frames share.
struct RingFitter::Setup {
  std::vector<crystal::Phase> phases;
  RingFitOptions options;
  BinRange range;
  RingModel model;
  RingProblem problem;
  RingSolution solution;
  Eigen::VectorXd smooth;
  double mean = 0.0;  ///< of the curve
  double s_first_bin = 0.0;
  double s_step = 0.0;
  std::size_t bins = 0;

  Setup(const Profile& profile, const std::vector<crystal::Phase>& given,
        const RingFitOptions& chosen)
      : phases(given),
        options(chosen),
        range(choose_range(profile, phases, options)),
        model(make_model(profile, phases, options, range)),
        s_first_bin(profile.s_first_per_angstrom),
        s_step(profile.s_step_per_angstrom),
        bins(profile.size()) {
    const Bins own = read_bins(profile, range);
    problem = reference_problem(model, options, phases.size(), own);
    solution = solve_twice(model, problem, own, smooth);
    find_unknown(own);
    Eigen::VectorXd curve;
    model.evaluate(solution.parameters, curve, nullptr);
    mean = curve.mean();
  }

  void find_unknown(const Bins& own) {
    for (std::int64_t i = 0; i < options.unknown_limit && options.unknown_sigma > 0.0; ++i) {
      const double misfit = robust_misfit(model, problem, solution.parameters);
      const auto peak =
          residual_peak(model, solution.parameters, problem.measured, misfit * problem.variance);
      if (peak.significance < options.unknown_sigma) return;
      const RingModel model_before = model;
      const RingProblem problem_before = problem;
      const RingSolution solution_before = solution;
      const Eigen::VectorXd smooth_before = smooth;
      add_unknown(model, problem, solution.parameters, peak.s_per_angstrom);
      solution = solve_twice(model, problem, own, smooth);
      const auto area = model.parameters().unknown_area(model.parameters().unknown() - 1);
      const double after = robust_misfit(model, problem, solution.parameters);
      const auto all = covariance(model, problem, solution.parameters);
      const double error = std::sqrt(after * all(area, area));
      if (solution.parameters[area] >= options.unknown_sigma * error) continue;
      model = model_before;
      problem = problem_before;
      solution = solution_before;
      smooth = smooth_before;
      return;
    }
  }

  [[nodiscard]] RingFit result(const RingProblem& solved, const RingSolution& found,
                               const Eigen::VectorXd& variance) const {
    return ring_result({.phases = phases,
                        .options = options,
                        .model = model,
                        .problem = solved,
                        .solution = found,
                        .range = range,
                        .stated_variance = variance,
                        .s_per_px = options.s_per_px.value_or(s_step)});
  }
};

RingFitter::RingFitter(const Profile& reference, const std::vector<crystal::Phase>& phases,
                       const RingFitOptions& options) {
  check(phases, options);
  setup_ = std::make_shared<const Setup>(reference, phases, options);
  reference_ = setup_->result(setup_->problem, setup_->solution, setup_->smooth);
}

RingFit RingFitter::fit(const Profile& profile) const {
  const Setup& setup = *setup_;
  if (profile.size() != setup.bins || profile.s_first_per_angstrom != setup.s_first_bin ||
      profile.s_step_per_angstrom != setup.s_step) {
    throw InputError({.what = "a profile has other bins than the reference of its series",
                      .where = "profile",
                      .why = fmt::format("{} bins, not {}, or another first s or step",
                                         profile.size(), setup.bins),
                      .remedy = "integrate all frames with the same bins"});
  }
  const Bins bins = read_bins(profile, setup.range);
  RingProblem problem = setup.problem;
  problem.measured = bins.measured;
  problem.priors = frame_priors(setup.model, problem, setup.solution.parameters,
                                setup.phases.size(), setup.options);
  problem.start = setup.solution.parameters;
  double sum = 0.0;
  double used = 0.0;
  for (Eigen::Index i = 0; i < bins.measured.size(); ++i) {
    if (bins.stated[i] <= 0.0) continue;
    sum += bins.measured[i];
    used += 1.0;
  }
  constexpr double dark = 1e-3;  // of the reference: exposures are alike within a series
  const double ratio = std::max(sum / used / setup.mean, dark);
  const auto& at = setup.model.parameters();
  problem.start.head(static_cast<Eigen::Index>(setup.model.list().coefficients)) *= ratio;
  for (std::size_t i = 0; i < at.unknown(); ++i) problem.start[at.unknown_area(i)] *= ratio;
  for (std::size_t i = 0; i < at.halos(); ++i) problem.start[at.halo_area(i)] *= ratio;
  if (setup.options.background == BackgroundModel::exp_polynomial) {
    problem.start[at.background(0)] += std::log(ratio);
  } else {
    problem.start.segment(at.background(0), static_cast<Eigen::Index>(at.background_terms())) *=
        ratio;
  }
  problem.variance = (bins.stated.array() * bins.inflation.array()).matrix();
  Eigen::VectorXd smooth;
  const auto solution = solve_twice(setup.model, problem, bins, smooth);
  return setup.result(problem, solution, smooth);
}

RingFit fit_rings(const Profile& profile, const std::vector<crystal::Phase>& phases,
                  const RingFitOptions& options) {
  return RingFitter(profile, phases, options).reference();
}

}  // namespace adatom::diffraction
