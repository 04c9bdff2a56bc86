#include "adatom/diffraction/rings.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "ring_problem.h"
#include "ring_result.h"

namespace adatom::diffraction {
namespace {

void check(const std::vector<crystal::Phase>& phases, const RingFitOptions& options) {
  require_valid(options.validate());
  if (phases.empty()) {
    throw InputError({.what = "no phase was given",
                      .where = "phases",
                      .why = "rings belong to phases",
                      .remedy = "name one"});
  }
  for (const auto& phase : phases) {
    crystal::require_possible(phase);
    if (std::ranges::count(phases, phase.name, &crystal::Phase::name) == 1) continue;
    throw InputError({.what = "two phases have one name",
                      .where = "phases",
                      .why = "'" + phase.name + "' could mean the rings of either",
                      .remedy = "give each a name of its own, or leave one out"});
  }
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

/// A model with what was fitted of it.
struct Fitted {
  RingModel model;
  RingProblem problem;
  RingSolution solution{};
  Eigen::VectorXd smooth{};  ///< variances

  void solve(const Bins& bins) { solution = solve_twice(model, problem, bins, smooth); }
  /// With the variances that the profile states.
  [[nodiscard]] double chi2(const Bins& bins) const {
    Eigen::VectorXd curve;
    model.evaluate(solution.parameters, curve, nullptr);
    const Eigen::ArrayXd square = (bins.measured - curve).array().square();
    const Eigen::ArrayXd variance = bins.stated.array() * bins.inflation.array();
    return (variance > 0.0).select(square / variance.max(1e-300), 0.0).sum();
  }
  /// Parameter of the last unknown ring's area.
  [[nodiscard]] Eigen::Index last_area() const {
    return model.parameters().unknown_area(model.parameters().unknown() - 1);
  }
};

}  // namespace

/// Everything frames share.
struct RingFitter::Setup {
  std::vector<crystal::Phase> phases;
  RingFitOptions options;
  BinRange range;
  Fitted fitted;
  double mean = 0.0;  ///< of the curve
  double s_first_bin = 0.0;
  double s_step = 0.0;
  std::size_t bins = 0;

  Setup(const Profile& profile, const std::vector<crystal::Phase>& given,
        const RingFitOptions& chosen)
      : phases(given),
        options(chosen),
        range(choose_range(profile, phases, options)),
        fitted{make_model(profile, phases, options, range), {}},
        s_first_bin(profile.s_first_per_angstrom),
        s_step(profile.s_step_per_angstrom),
        bins(profile.size()) {
    const Bins own = read_bins(profile, range);
    fitted.problem = reference_problem(fitted.model, options, phases.size(), own);
    fitted.solve(own);
    find_unknown(own);
    Eigen::VectorXd curve;
    fitted.model.evaluate(fitted.solution.parameters, curve, nullptr);
    mean = curve.mean();
  }

  void find_unknown(const Bins& own) {
    for (std::int64_t i = 0; i < options.unknown_limit && options.unknown_sigma > 0.0; ++i) {
      const auto& [model, problem, solution, smooth] = fitted;
      const double misfit = robust_misfit(model, problem, solution.parameters);
      const auto peak =
          residual_peak(model, solution.parameters, problem.measured, misfit * problem.variance);
      // A ring that is missing makes the fit worse all over, which hides it: half will do to try.
      if (peak.significance < 0.5 * options.unknown_sigma) return;
      Fitted more = fitted;
      add_unknown(more.model, more.problem, solution.parameters, peak.s_per_angstrom);
      more.solve(own);
      Fitted anew = more;
      anew.problem = without_unknown(more.model, options, phases.size(), own, more.problem,
                                     more.solution.parameters);
      anew.solve(own);
      if (anew.chi2(own) < more.chi2(own)) more = std::move(anew);
      const double after = robust_misfit(more.model, more.problem, more.solution.parameters);
      const auto all = covariance(more.model, more.problem, more.solution.parameters);
      const auto area = more.last_area();
      const double error = std::sqrt(after * all(area, area));
      if (more.solution.parameters[area] < options.unknown_sigma * error) return;
      fitted = std::move(more);
    }
  }

  [[nodiscard]] RingFit result(const RingProblem& solved, const RingSolution& found,
                               const Eigen::VectorXd& variance) const {
    return ring_result({.phases = phases,
                        .options = options,
                        .model = fitted.model,
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
  const auto take = [&](const RingFitOptions& chosen) {
    setup_ = std::make_shared<const Setup>(reference, phases, chosen);
    const Fitted& own = setup_->fitted;
    reference_ = setup_->result(own.problem, own.solution, own.smooth);
  };
  take(options);
  // A ring inside those of the phases is not worth a background that no polynomial follows.
  RingFitOptions narrow = options;
  narrow.unknown_sigma = 0.0;
  const std::size_t first = choose_range(reference, phases, narrow).first;
  if (first <= setup_->range.first) return;
  narrow = options;
  narrow.s_min_per_angstrom = reference.s_per_angstrom(first) - 0.5 * reference.s_step_per_angstrom;
  const auto wide = std::pair{setup_, reference_};
  take(narrow);
  constexpr double worse = 1.2;
  if (wide.second.chi2_per_dof <= worse * reference_.chi2_per_dof) {
    std::tie(setup_, reference_) = wide;
  }
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
  RingProblem problem = setup.fitted.problem;
  problem.measured = bins.measured;
  problem.priors = frame_priors(setup.fitted.model, problem, setup.fitted.solution.parameters,
                                setup.phases.size(), setup.options);
  problem.start = setup.fitted.solution.parameters;
  double sum = 0.0;
  double used = 0.0;
  for (Eigen::Index i = 0; i < bins.measured.size(); ++i) {
    if (bins.stated[i] <= 0.0) continue;
    sum += bins.measured[i];
    used += 1.0;
  }
  constexpr double dark = 1e-3;  // of the reference: exposures are alike within a series
  const double ratio = std::max(sum / used / setup.mean, dark);
  const auto& at = setup.fitted.model.parameters();
  problem.start.head(static_cast<Eigen::Index>(setup.fitted.model.list().coefficients)) *= ratio;
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
  const auto solution = solve_twice(setup.fitted.model, problem, bins, smooth);
  return setup.result(problem, solution, smooth);
}

RingFit fit_rings(const Profile& profile, const std::vector<crystal::Phase>& phases,
                  const RingFitOptions& options) {
  return RingFitter(profile, phases, options).reference();
}

}  // namespace adatom::diffraction
