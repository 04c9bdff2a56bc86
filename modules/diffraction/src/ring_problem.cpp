#include "ring_problem.h"

#include <algorithm>
#include <limits>

#include "ring_start.h"

namespace adatom::diffraction {
namespace {

constexpr double narrowest_lorentz = 1e-5;  // 1/angstrom: a size of 8900 nm

/// The square of the instrument's width to start with.
double instrument2(const RingFitOptions& options, double width) {
  const double given = options.instrument_width_per_angstrom.value_or(0.7 * width);
  return given * given;
}

}  // namespace

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
  // All but the background's height stays near the baseline's form: left free, the exponential of a
  // steep polynomial is a peak, which takes a ring of no phase and is nothing elsewhere.
  constexpr double farthest = 2.0;  // of ln background
  if (options.background == BackgroundModel::exp_polynomial) {
    for (std::size_t i = 1; i < at.background_terms(); ++i) {
      const auto own = at.background(i);
      problem.lowest[own] = problem.start[own] - farthest;
      problem.highest[own] = problem.start[own] + farthest;
    }
  }
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
  // Without rings nothing says how wide they are.
  if (phases == 0) std::fill(held.begin() + at.instrument2(), held.end(), true);
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    if (!held[static_cast<std::size_t>(i)]) problem.fitted.push_back(i);
  }
  return problem;
}

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

RingProblem without_unknown(const RingModel& model, const RingFitOptions& options,
                            std::size_t phases, const Bins& bins, const RingProblem& problem,
                            const Eigen::VectorXd& solution) {
  const auto& at = model.parameters();
  Bins rest = bins;
  for (std::size_t i = 0; i < at.unknown(); ++i) {
    const auto shape = model.unknown_shape(solution, i);
    const auto peak = peak_curve(model.s(), solution[at.unknown_s(i)], shape.width, shape.share,
                                 Slopes::unwanted);
    rest.measured.array() -= solution[at.unknown_area(i)] * peak.value;
  }
  RingProblem anew = reference_problem(model, options, phases, rest);
  anew.measured = bins.measured;
  const auto first = at.unknown_area(0);
  const auto count = static_cast<Eigen::Index>(3 * at.unknown());
  anew.start.segment(first, count) = solution.segment(first, count);
  anew.lowest.segment(first, count) = problem.lowest.segment(first, count);
  anew.highest.segment(first, count) = problem.highest.segment(first, count);
  for (const auto& prior : problem.priors) {
    if (prior.parameter >= first && prior.parameter < first + count) anew.priors.push_back(prior);
  }
  return anew;
}

}  // namespace adatom::diffraction
