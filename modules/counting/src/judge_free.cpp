#include <algorithm>
#include <cmath>

#include "judge_parts.h"

namespace adatom::counting {
namespace {

// Counts by rank have nothing else to lean on: 99 % of the columns must be right even if more
// errors than expected occur (so many standard deviations more).
constexpr double min_right_by_rank = 0.99;
constexpr double unlucky_by = 2.5;

/// The lead of `best` over the best of the other numbers of components, in the criterion.
double lead_of(const Candidates& found, const Candidate& best, std::int64_t& runner_up) {
  double lead = 1e300;
  for (const auto& group : found) {
    const Candidate& other = group.front();
    if (other.selection.components == best.selection.components) continue;
    if (other.score - best.score < lead) {
      lead = other.score - best.score;
      runner_up = other.selection.components;
    }
  }
  return lead;
}

/// Do the means grow as those of 1, 2, 3, ... atoms do?
void check_growth(const Candidate& best, std::vector<std::string>& doubts) {
  const auto& means = best.mixture().means;
  std::vector<double> steps;
  for (std::size_t k = 1; k < means.size(); ++k) steps.push_back(means[k] - means[k - 1]);
  std::vector<double> sorted = steps;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  const double first = means[0] / median;
  if (first < min_first_step_ratio || first > max_first_step_ratio) {
    doubts.push_back("the first component lies " + text(first, 2) +
                     " steps above zero, so it need not hold one atom");
  }
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const double ratio = steps[k] / median;
    const double next = k + 1 < steps.size() ? steps[k + 1] / steps[k] : 1.0;
    const bool regular = ratio < max_step_ratio && ratio * max_step_ratio > 1.0 &&
                         next < max_step_ratio && next * max_step_ratio > 1.0;
    if (regular) continue;
    doubts.push_back("the components are not evenly spaced (near component " +
                     std::to_string(k + 1) + "), so a level may be empty, or two taken for one");
    return;
  }
}

/// Does a library, where there is one, give the components the same counts?
void check_against_library(const Candidate& best, const Library& library,
                           const CountingOptions& options, std::vector<std::string>& doubts) {
  const auto& means = best.mixture().means;
  if (means.size() > library.scs_angstrom2.size()) {
    doubts.emplace_back("there are more components than the library has values");
    return;
  }
  double product = 0.0;
  double square = 0.0;
  for (std::size_t k = 0; k < means.size(); ++k) {
    product += means[k] * library.scs_angstrom2[k];
    square += library.scs_angstrom2[k] * library.scs_angstrom2[k];
  }
  const double scale = product / square;
  bool agrees = std::abs(scale - 1.0) <= 3.0 * options.library_scale_prior;
  for (std::size_t k = 0; k < means.size(); ++k) {
    const double misfit = std::abs(means[k] - scale * library.scs_angstrom2[k]);
    if (misfit > 0.5 * spacing_at(best, k)) agrees = false;
  }
  if (!agrees)
    doubts.emplace_back("the components do not lie where the library has 1, 2, 3, ... atoms");
}

}  // namespace

Verdict judge_free(const Sample& sample, const Candidates& found,
                   const std::optional<Library>& library, const CountingOptions& options) {
  Verdict verdict;
  verdict.best = refine(sample, lowest(flatten(found)), options);
  const Candidate& best = verdict.best;
  const std::size_t levels = best.mixture().components();
  std::int64_t runner_up = 0;
  const double lead = lead_of(found, best, runner_up);
  const double separation = separation_probability(sample, best);
  std::vector<std::string> doubts;
  std::string answer = name_of(options.criterion) + " is lowest at " + std::to_string(levels) +
                       (levels == 1 ? " component" : " components");
  if (runner_up > 0) {
    answer += ", " + text(lead, 1) + " below the next best, " + std::to_string(runner_up);
  }
  answer += ", if columns of one atom and of every number above occur";
  if (runner_up == 0 || lead < clear_lead) {
    doubts.emplace_back("the " + name_of(options.criterion) + " curve has no clear minimum");
  }
  if (levels == found.size() && levels > 1) {
    doubts.emplace_back("the minimum is at the largest number of components tried");
  }
  if (levels < min_levels) {
    doubts.emplace_back("fewer than four components cannot show that they grow by one atom each");
  } else {
    check_growth(best, doubts);
    const double scatter =
        std::sqrt(separation * (1.0 - separation) / static_cast<double>(sample.size()));
    if (separation - unlucky_by * scatter < min_right_by_rank) {
      doubts.push_back("the components overlap: about " + percent(separation) +
                       " of the columns would be counted right");
    }
  }
  if (library) check_against_library(best, *library, options, doubts);
  verdict.warnings.emplace_back(
      "free means tell counts by rank: that the thinnest level has one atom and that no level is "
      "empty cannot be proved without a library");
  note_convergence(verdict);
  conclude(verdict, answer, doubts);
  return verdict;
}

}  // namespace adatom::counting
