#include <algorithm>
#include <cmath>
#include <numbers>

#include "judge_parts.h"

namespace adatom::counting {
namespace {

// Rank and equidistant labels come from the levels themselves, which must be resolved: 0.985 is
// sigma/step = 0.2 (erf(step / (2 sqrt2 sigma))).
constexpr double min_separation = 0.985;
// The lead that a scale needs over another: more than for free means, because what libraries depart
// from a parabola counts once for every column.
constexpr double clear_lead_of_scale = 20.0;
// Libraries depart from a parabola by up to 0.1 steps (root mean square; Pt and Au, 1 to 20 atoms).
constexpr double unavoidable_misfit = 0.06;
constexpr double max_offset_in_steps = 0.4;
constexpr double lowest_sure_bent_offset = -0.7;
constexpr double highest_sure_bent_offset = 0.15;
// Half a step is lost or won across a gap of four steps if they differ by an eighth from the
// others, as they do in libraries; across three they would have to differ by a sixth.
constexpr std::size_t longest_sure_gap = 3;

/// The levels that hold columns of their own: more than three times what the tails of both
/// neighbours put there.
std::vector<std::size_t> occupied_levels(const Candidate& candidate) {
  const auto& occupancy = candidate.occupancy;
  std::vector<std::size_t> levels;
  for (std::size_t k = 0; k < occupancy.size(); ++k) {
    double neighbours = 0.0;
    if (k > 0) neighbours += occupancy[k - 1];
    if (k + 1 < occupancy.size()) neighbours += occupancy[k + 1];
    const double tail = 0.5 * std::erfc(spacing_at(candidate, k) /
                                        (2.0 * std::numbers::sqrt2 * candidate.mixture().sigma));
    if (occupancy[k] >= std::max(0.5, 3.0 * tail * neighbours)) levels.push_back(k);
  }
  return levels;
}

/// Most neighbours among the occupied levels are one step apart: else the step is a fraction of the
/// true one.
bool has_whole_steps(const Candidate& candidate) {
  const std::vector<std::size_t> levels = occupied_levels(candidate);
  std::size_t single = 0;
  for (std::size_t l = 1; l < levels.size(); ++l) {
    if (levels[l] - levels[l - 1] == 1) ++single;
  }
  return 2 * single + 1 >= levels.size();
}

/// Root-mean-square distance of the occupied levels from where the scale has them, in steps.
double typical_misfit(const Candidate& candidate) {
  const std::vector<std::size_t> levels = occupied_levels(candidate);
  double sum = 0.0;
  for (const std::size_t k : levels) {
    const double misfit = candidate.level_means[k] - candidate.mixture().means[k];
    sum += std::pow(misfit / spacing_at(candidate, k), 2);
  }
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(levels.size(), 1)));
}

/// Where levels are sharp, the likelihood weighs by the number of columns what is one misfit per
/// level: a scale that fits the levels about as well stays possible whatever its likelihood.
const Candidate* find_equal_scale(const Sample& sample,
                                  const std::vector<const Candidate*>& candidates,
                                  const Candidate& best) {
  const double limit = std::max(unavoidable_misfit, 1.25 * typical_misfit(best));
  for (const Candidate* candidate : candidates) {
    if (share_of_differences(*candidate, best) <= same_answer) continue;
    if (candidate->score - best.score < clear_lead_of_scale) return candidate;
    if (occupied_levels(*candidate).size() < occupied_levels(best).size()) continue;
    if (separation_probability(sample, *candidate) < min_separation) continue;
    if (typical_misfit(*candidate) < limit &&
        largest_misfit(sample, *candidate) < max_level_misfit) {
      return candidate;
    }
  }
  return nullptr;
}

/// Do the steps of a bent scale stay within what libraries show, so that each can be one atom?
bool has_steps_of_one_atom(const Candidate& candidate) {
  const auto& means = candidate.mixture().means;
  std::vector<double> steps;
  for (std::size_t k = 1; k < means.size(); ++k) steps.push_back(means[k] - means[k - 1]);
  if (steps.empty()) return true;
  std::ranges::sort(steps);
  const double median = steps[steps.size() / 2];
  return steps.front() * max_step_ratio >= median && steps.back() <= max_step_ratio * median;
}

/// Median distance of neighbouring occupied levels, for each step between them.
double median_step(const Candidate& candidate, const std::vector<std::size_t>& levels) {
  std::vector<double> steps;
  for (std::size_t l = 1; l < levels.size(); ++l) {
    const double distance = candidate.level_means[levels[l]] - candidate.level_means[levels[l - 1]];
    steps.push_back(distance / static_cast<double>(levels[l] - levels[l - 1]));
  }
  if (steps.empty()) return mean_step(candidate);
  std::ranges::sort(steps);
  return steps[steps.size() / 2];
}

/// Counts hang on two extrapolations of a scale whose steps change by a third from thin to thick:
/// from the thinnest level down to zero, and across every gap.
void check_extrapolations(const Candidate& best, std::vector<std::string>& doubts) {
  const std::vector<std::size_t> levels = occupied_levels(best);
  if (levels.empty()) return;
  if (levels.front() != 0) {
    doubts.push_back("no column has one atom: that the thinnest have " +
                     std::to_string(levels.front() + 1) +
                     " is extrapolated, and all counts may be off by the same number");
  } else {
    const double first = best.level_means[0] / median_step(best, levels);
    if (first < min_first_step_ratio || first > max_first_step_ratio) {
      doubts.push_back("the first level lies " + text(first, 2) +
                       " steps above zero, so it need not be one atom, nor a step");
    }
  }
  for (std::size_t l = 1; l < levels.size(); ++l) {
    const std::size_t gap = levels[l] - levels[l - 1];
    if (gap <= longest_sure_gap) continue;
    doubts.push_back("nothing lies between the levels of " + std::to_string(levels[l - 1] + 1) +
                     " and " + std::to_string(levels[l] + 1) +
                     " atoms: how many steps fit there is not sure");
  }
}

}  // namespace

Verdict judge_equidistant(const Sample& sample, const Candidates& found,
                          const CountingOptions& options) {
  std::vector<const Candidate*> all = flatten(found);
  std::vector<const Candidate*> whole;
  for (const Candidate* candidate : all) {
    if (has_whole_steps(*candidate)) whole.push_back(candidate);
  }
  if (whole.empty()) whole = all;
  Verdict verdict;
  verdict.best = refine(sample, lowest(whole), options);
  const Candidate& best = verdict.best;
  verdict.alternatives = list_alternatives(whole, best, Method::equidistant);
  const bool bent = best.mixture().coefficients.size() > 2;
  const auto levels = static_cast<std::int64_t>(best.mixture().components());
  const double offset = levels > 1 ? best.mixture().coefficients[0] / spacing_at(best, 0) : 0.0;
  const double separation = separation_probability(sample, best);
  const double misfit = largest_misfit(sample, best);
  const std::string answer = name_of(options.criterion) + " is lowest at " +
                             std::to_string(levels) + " equidistant levels, step " +
                             text(mean_step(best), 5) + " A^2" +
                             (bent ? " (changing slowly)" : "") + ", offset " + text(offset, 2) +
                             " steps, if one step is one atom";
  std::vector<std::string> doubts;
  if (occupied_levels(best).size() < min_levels) {
    doubts.emplace_back("fewer than four occupied levels cannot show that they are equidistant");
  }
  if (levels > 1 && levels == found.back().front().selection.components) {
    doubts.emplace_back("the minimum is at the largest number of components tried");
  }
  if (bent && !has_steps_of_one_atom(best)) {
    doubts.emplace_back("the steps change too much along the scale to be one atom each");
  }
  if (!has_whole_steps(best)) {
    doubts.emplace_back("most levels between occupied ones are empty");
  }
  const double lowest = bent ? lowest_sure_bent_offset : -max_offset_in_steps;
  const double highest = bent ? highest_sure_bent_offset : max_offset_in_steps;
  if (offset < lowest || offset > highest) {
    doubts.emplace_back(
        "an offset near half a step leaves open whether all counts are one higher "
        "or lower");
  }
  check_extrapolations(best, doubts);
  if (separation < min_separation) {
    doubts.push_back("the levels overlap: about " + percent(separation) +
                     " of the columns would be counted right");
  }
  if (misfit > max_level_misfit) {
    doubts.push_back("the levels are not equidistant: one lies " + text(misfit, 2) + " steps off");
  }
  if (const Candidate* equal = find_equal_scale(sample, whole, best)) {
    doubts.push_back("the levels fit a scale of " + std::to_string(equal->mixture().components()) +
                     " steps of " + text(mean_step(*equal), 5) + " A^2 about as well, with " +
                     std::to_string(total_of(*equal)) + " atoms in all");
  }
  weigh_alternatives(verdict, doubts);
  verdict.warnings.emplace_back(
      "that a step of the scale is one atom, and not two, and that cross-sections grow about "
      "linearly cannot be proved without a library");
  note_convergence(verdict);
  conclude(verdict, answer, doubts);
  return verdict;
}

}  // namespace adatom::counting
