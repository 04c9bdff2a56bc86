#include "adatom/diffraction/choose_phases.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "ring_problem.h"

namespace adatom::diffraction {
namespace {

using Selection = std::vector<std::size_t>;  // of the candidates

struct Trial {
  double criterion = std::numeric_limits<double>::infinity();
  std::vector<double> areas;  ///< sums over the rings of each phase
};

/// Of n residuals those that count as independent: n over the sum of their autocorrelation, which
/// is taken up to the first pair of lags that adds nothing (Geyer, Statistical Science 7 (1992)
/// 473, section 3.3).
double independent_count(const std::vector<double>& residuals) {
  const std::size_t count = residuals.size();
  const auto at_lag = [&](std::size_t lag) {
    double sum = 0.0;
    for (std::size_t i = lag; i < count; ++i) sum += residuals[i] * residuals[i - lag];
    return sum;
  };
  const double square = at_lag(0);
  if (square <= 0.0) return static_cast<double>(count);
  double length = -1.0;
  for (std::size_t lag = 0; lag + 1 < count; lag += 2) {
    const double pair = (at_lag(lag) + at_lag(lag + 1)) / square;
    if (pair <= 0.0) break;
    length += 2.0 * pair;
  }
  return static_cast<double>(count) / std::max(length, 1.0);
}

/// Fits any choice of the candidates to the same bins with the same weights. What counts as an
/// independent bin is read off the fit of all of them, the one with the least misfit.
class PhaseTrials {
 public:
  PhaseTrials(const Profile& profile, const std::vector<crystal::Phase>& candidates,
              const RingFitOptions& options)
      : profile_(profile),
        candidates_(candidates),
        options_(options),
        range_(choose_range(profile, candidates, options)),
        bins_(read_bins(profile, range_)) {
    Selection all(candidates.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    independent_ = independent_count(fit(all).residuals);
  }

  /// Infinite: one of the phases has no ring there or a negative area.
  [[nodiscard]] Trial at(const Selection& chosen) const {
    Fit own = fit(chosen);
    Trial trial{.areas = std::move(own.areas)};
    if (std::ranges::any_of(trial.areas, [](double area) { return area <= 0.0; })) return trial;
    double chi2 = 0.0;
    for (const double residual : own.residuals) chi2 += residual * residual;
    trial.criterion = independent_ * std::log(chi2 / static_cast<double>(own.residuals.size())) +
                      own.parameters * std::log(independent_);
    return trial;
  }

 private:
  struct Fit {
    std::vector<double> areas;  ///< sums over the rings of each phase
    std::vector<double> residuals{};
    double parameters = 0.0;
  };

  [[nodiscard]] Fit fit(const Selection& chosen) const {
    std::vector<crystal::Phase> phases;
    for (const auto i : chosen) phases.push_back(candidates_[i]);
    const double s_first = profile_.s_per_angstrom(range_.first);
    const double s_last = profile_.s_per_angstrom(range_.first + range_.count - 1);
    const RingModel model(list_rings(phases, options_, s_first, s_last), phases.size(), 0, options_,
                          s_first, profile_.s_step_per_angstrom, range_.count);
    const auto problem = reference_problem(model, options_, phases.size(), bins_);
    const auto solution = solve(model, problem);
    Fit result{.areas = std::vector<double>(chosen.size(), 0.0),
               .parameters = static_cast<double>(problem.fitted.size())};
    for (const auto& ring : model.list().rings) {
      const auto own = model.parameters().coefficient(ring.coefficient);
      result.areas[ring.phase] += solution.parameters[own] * ring.weight;
    }
    Eigen::VectorXd curve;
    model.evaluate(solution.parameters, curve, nullptr);
    for (Eigen::Index i = 0; i < curve.size(); ++i) {
      if (bins_.stated[i] <= 0.0) continue;
      result.residuals.push_back((bins_.measured[i] - curve[i]) /
                                 std::sqrt(bins_.stated[i] * bins_.inflation[i]));
    }
    return result;
  }

  const Profile& profile_;
  const std::vector<crystal::Phase>& candidates_;
  RingFitOptions options_;
  BinRange range_;
  Bins bins_;
  double independent_ = 0.0;
};

Selection with(Selection chosen, std::size_t more) {
  chosen.push_back(more);
  std::ranges::sort(chosen);
  return chosen;
}

Selection without(Selection chosen, std::size_t less) {
  std::erase(chosen, less);
  return chosen;
}

bool is_in(const Selection& chosen, std::size_t i) {
  return std::ranges::find(chosen, i) != chosen.end();
}

/// Each candidate taken from the chosen ones, or added to them.
std::vector<Trial> all_changes(const PhaseTrials& trials, const Selection& chosen,
                               std::size_t candidates, Progress& progress) {
  std::vector<Trial> list(candidates);
  progress.begin("choose phases", candidates);
  parallel_for(candidates, [&](std::size_t i) {
    stop_if_cancelled(progress);
    list[i] = trials.at(is_in(chosen, i) ? without(chosen, i) : with(chosen, i));
    progress.advance(1);
  });
  return list;
}

}  // namespace

RingFitOptions ChoosePhasesOptions::tied_fit() {
  RingFitOptions fit;
  fit.areas = RingAreas::structure_factor;
  fit.size = WidthModel::common;
  fit.scale_range = 0.005;
  fit.unknown_sigma = 0.0;
  return fit;
}

void ChoosePhasesOptions::describe(OptionVisitor& v) {
  v.visit_group("fit", "how each choice is fitted", fit);
  v.visit({.name = "least_gain",
           .help = "by how much a phase must lower the information criterion",
           .min = 0,
           .max = 1e6},
          least_gain);
  v.visit({.name = "phases_max", .help = "at most so many phases", .min = 1, .max = 20},
          phases_max);
}

std::vector<OptionIssue> ChoosePhasesOptions::validate() const {
  auto issues = check_ranges(*this);
  const std::size_t ranges = check_ranges(fit).size();
  const auto of_fit = fit.validate();  // ranges first
  for (std::size_t i = ranges; i < of_fit.size(); ++i) {
    issues.push_back({"fit." + of_fit[i].name, of_fit[i].message});
  }
  return issues;
}

PhaseChoice choose_phases(const Profile& profile, const std::vector<crystal::Phase>& candidates,
                          const ChoosePhasesOptions& options, Progress& progress) {
  require_valid(options.validate());
  if (candidates.empty()) {
    throw InputError({.what = "there is no phase to choose from",
                      .where = "candidates",
                      .why = "none is given",
                      .remedy = "name some"});
  }
  const PhaseTrials trials(profile, candidates, options.fit);
  Selection chosen;
  Trial now = trials.at(chosen);
  PhaseChoice choice{.candidates = {}, .criterion_of_none = now.criterion};
  std::vector<Trial> changes;
  // Each round takes or drops one phase and lowers criterion + least_gain x phases: it ends.
  for (;;) {
    changes = all_changes(trials, chosen, candidates.size(), progress);
    std::optional<std::size_t> best;
    double lowest = now.criterion;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const bool drop = is_in(chosen, i);
      if (!drop && static_cast<std::int64_t>(chosen.size()) >= options.phases_max) continue;
      // What is taken must be worth least_gain; what is not worth it any more is dropped.
      const double value = changes[i].criterion + (drop ? -1.0 : 1.0) * options.least_gain;
      if (value >= lowest) continue;
      lowest = value;
      best = i;
    }
    if (!best) break;
    chosen = is_in(chosen, *best) ? without(chosen, *best) : with(chosen, *best);
    now = changes[*best];
  }
  choice.criterion = now.criterion;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool in = is_in(chosen, i);
    const auto set = in ? chosen : with(chosen, i);
    const auto& areas = in ? now.areas : changes[i].areas;
    const auto own = static_cast<std::size_t>(std::ranges::find(set, i) - set.begin());
    double all = 0.0;
    for (const double area : areas) all += area;
    choice.candidates.push_back(
        {.phase = candidates[i].name,
         .chosen = in,
         .gain = in ? changes[i].criterion - now.criterion : now.criterion - changes[i].criterion,
         .area_share = all != 0.0 ? areas[own] / all : 0.0});
  }
  return choice;
}

}  // namespace adatom::diffraction
