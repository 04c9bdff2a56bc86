#include "judge.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "adatom/base/number_text.h"

namespace adatom::counting {

namespace {

// A difference of 6 in 2 ln(Bayes factor) is strong evidence (Kass and Raftery, J. Am. Stat. Assoc.
// 90 (1995) 773); ICL and BIC approximate 2 ln(evidence).
constexpr double clear_lead = 6.0;
// Rank and equidistant labels come from the levels themselves, which must be resolved: 0.985 is
// sigma/step = 0.2 (erf(step / (2 sqrt2 sigma))).
constexpr double min_separation = 0.985;
// Counts by rank have nothing else to lean on: 99 % of the columns must be right even if more
// errors than expected occur (so many standard deviations more).
constexpr double min_right_by_rank = 0.99;
constexpr double unlucky_by = 2.5;
// Fewer levels cannot show that they grow by one atom each.
constexpr std::size_t min_levels = 4;
// Steps of one atom in calculated libraries vary by at most 1.4 about their median (Pt and Au, 1 to
// 20 atoms) and by at most 1.5 from one to the next; the first step (zero to one atom) is 0.7 of
// the median. One empty level doubles a step, two levels taken for one make it half as long again.
constexpr double max_step_ratio = 1.45;
constexpr double min_first_step_ratio = 0.5;
constexpr double max_first_step_ratio = 1.35;
// Answers that differ in fewer columns than this share are the same answer.
constexpr double same_answer = 0.05;
// Odds of another answer above which nothing is determined, and above which it is mentioned.
constexpr double rival_odds = 0.05;
constexpr double mentioned_odds = 1e-3;
// A level further than this part of a step from where it should be contradicts the model.
constexpr double max_level_misfit = 0.25;
// The lead that a scale needs over another: more than for free means, because what libraries depart
// from a parabola counts once for every column.
constexpr double clear_lead_of_scale = 20.0;
// Libraries depart from a parabola by up to 0.1 steps (root mean square; Pt and Au, 1 to 20 atoms).
constexpr double unavoidable_misfit = 0.06;
constexpr double max_offset_in_steps = 0.4;
constexpr double lowest_sure_bent_offset = -0.7;
constexpr double highest_sure_bent_offset = 0.15;

std::string text(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return shortest(std::round(value * scale) / scale);
}

std::string percent(double share) { return text(100.0 * share, 1) + " %"; }

std::string name_of(Criterion criterion) {
  switch (criterion) {
    case Criterion::icl:
      return "ICL";
    case Criterion::bic:
      return "BIC";
    case Criterion::aic:
      return "AIC";
  }
  return "ICL";
}

std::string join(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : "; ") + part;
  return all;
}

/// The reason of a verdict: doubts if there are any, else what speaks for it.
void conclude(Verdict& verdict, const std::string& answer, const std::vector<std::string>& doubts) {
  verdict.determined = doubts.empty();
  verdict.reason =
      doubts.empty() ? answer : "not determined: " + join(doubts) + " (" + answer + ")";
}

std::int64_t total_of(const Candidate& candidate) {
  std::int64_t sum = 0;
  for (const auto label : candidate.labels) sum += label;
  return sum;
}

double spacing_at(const Candidate& candidate, std::size_t k) {
  const auto& means = candidate.mixture().means;
  if (means.size() < 2) return std::abs(means[0]);
  if (k == 0) return means[1] - means[0];
  if (k + 1 == means.size()) return means[k] - means[k - 1];
  return 0.5 * (means[k + 1] - means[k - 1]);
}

double mean_step(const Candidate& candidate) {
  const auto& means = candidate.mixture().means;
  return means.size() < 2 ? means[0]
                          : (means.back() - means[0]) / static_cast<double>(means.size() - 1);
}

/// The largest distance of a level's mean cross-section from its component's mean, in spacings,
/// beyond what the level's own scatter explains (two standard errors).
double largest_misfit(const Sample& sample, const Candidate& candidate) {
  double largest = 0.0;
  for (std::size_t k = 0; k < candidate.occupancy.size(); ++k) {
    if (candidate.occupancy[k] < 1.0) continue;
    const double noise =
        2.0 * component_sigma(sample, candidate.mixture(), k) / std::sqrt(candidate.occupancy[k]);
    const double misfit = std::abs(candidate.level_means[k] - candidate.mixture().means[k]) - noise;
    largest = std::max(largest, misfit / spacing_at(candidate, k));
  }
  return largest;
}

/// Answers that differ from the best, with their odds by BIC and prior, most probable first.
std::vector<Alternative> list_alternatives(const std::vector<const Candidate*>& candidates,
                                           const Candidate& best, Method method) {
  std::vector<const Candidate*> different;
  for (const Candidate* candidate : candidates) {
    if (share_of_differences(*candidate, best) > same_answer) different.push_back(candidate);
  }
  const auto evidence = [](const Candidate& c) { return -0.5 * c.selection.bic + c.log_prior; };
  std::stable_sort(different.begin(), different.end(), [&](const Candidate* a, const Candidate* b) {
    return evidence(*a) > evidence(*b);
  });
  std::vector<const Candidate*> kept;
  std::vector<Alternative> alternatives;
  for (const Candidate* candidate : different) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Candidate* other) {
      return share_of_differences(*candidate, *other) <= same_answer;
    });
    if (known) continue;
    kept.push_back(candidate);
    Alternative alternative;
    alternative.components = candidate->selection.components;
    const auto& coefficients = candidate->mixture().coefficients;
    if (method == Method::hybrid) alternative.library_scale = coefficients[0];
    if (method == Method::equidistant) alternative.step_angstrom2 = mean_step(*candidate);
    alternative.atoms = total_of(*candidate);
    alternative.odds = std::exp(std::min(evidence(*candidate) - evidence(best), 700.0));
    alternatives.push_back(alternative);
    if (alternatives.size() == 5) break;
  }
  return alternatives;
}

void weigh_alternatives(Verdict& verdict, std::vector<std::string>& doubts) {
  if (verdict.alternatives.empty()) return;
  const Alternative& rival = verdict.alternatives.front();
  const std::string description = "another answer with " + std::to_string(rival.atoms) +
                                  " atoms in all (" + std::to_string(rival.components) +
                                  " components) has the odds " +
                                  shortest(std::stod(text(rival.odds, 4))) + " to 1";
  if (rival.odds > rival_odds) {
    doubts.push_back(description);
  } else if (rival.odds > mentioned_odds) {
    verdict.warnings.push_back(description);
  }
}

void note_convergence(Verdict& verdict) {
  if (verdict.best.fit.converged) return;
  verdict.warnings.push_back("expectation-maximisation had not converged after " +
                             std::to_string(verdict.best.fit.iterations) + " steps");
}

const Candidate& lowest(const std::vector<const Candidate*>& candidates) {
  return **std::min_element(
      candidates.begin(), candidates.end(),
      [](const Candidate* a, const Candidate* b) { return a->score < b->score; });
}

std::vector<const Candidate*> flatten(const Candidates& found) {
  std::vector<const Candidate*> all;
  for (const auto& group : found) {
    for (const auto& candidate : group) all.push_back(&candidate);
  }
  return all;
}

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

double component_sigma(const Sample& sample, const numeric::Mixture& mixture, std::size_t k) {
  double variance = mixture.sigma * mixture.sigma;
  variance += sample.variance_per_mean * std::abs(mixture.means[k]);
  double own = 0.0;
  for (const double v : sample.item_variance) own += v;
  if (!sample.item_variance.empty()) own /= static_cast<double>(sample.size());
  return std::sqrt(variance + own);
}

double separation_probability(const Sample& sample, const Candidate& candidate) {
  const auto& means = candidate.mixture().means;
  double sum = 0.0;
  for (std::size_t k = 0; k < means.size(); ++k) {
    const double scale =
        1.0 / (2.0 * std::numbers::sqrt2 * component_sigma(sample, candidate.mixture(), k));
    const double below = k > 0 ? std::erf((means[k] - means[k - 1]) * scale) : 1.0;
    const double above = k + 1 < means.size() ? std::erf((means[k + 1] - means[k]) * scale) : 1.0;
    sum += candidate.occupancy[k] * 0.5 * (below + above);
  }
  return sum / static_cast<double>(sample.size());
}

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

namespace {

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
  const std::string answer =
      name_of(options.criterion) + " is lowest at " + std::to_string(levels) +
      " equidistant levels, step " + text(mean_step(best), 5) + " A^2" +
      (bent ? " (changing slowly)" : "") + ", offset " + text(offset, 2) + " steps";
  std::vector<std::string> doubts;
  if (occupied_levels(best).size() < min_levels) {
    doubts.emplace_back("fewer than four occupied levels cannot show that they are equidistant");
  }
  if (levels > 1 && levels == found.back().front().selection.components) {
    doubts.emplace_back("the minimum is at the largest number of components tried");
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
  note_convergence(verdict);
  conclude(verdict, answer, doubts);
  return verdict;
}

namespace {

/// What can be wrong with counts from a library, scaled or not.
void check_library_counts(const Sample& sample, const Candidate& best, const Library& library,
                          double scale, const CountingOptions& options,
                          std::vector<std::string>& doubts) {
  const double separation = separation_probability(sample, best);
  if (separation < options.min_probability) {
    doubts.push_back("the cross-sections scatter too much: about " + percent(separation) +
                     " of the columns would be counted right");
  }
  const auto& values = library.scs_angstrom2;
  const std::size_t last = best.mixture().components() - 1;
  const double spacing =
      values.size() > 1 ? values.back() - values[values.size() - 2] : values.back();
  const double sigma = component_sigma(sample, best.mixture(), last);
  if (sample.sorted.back() > scale * (values.back() + 0.5 * spacing) + 2.0 * sigma) {
    doubts.push_back("the library ends at " + std::to_string(values.size()) +
                     " atoms, the thickest column has more");
  }
  const double misfit = largest_misfit(sample, best);
  if (misfit > max_level_misfit) {
    doubts.push_back("the levels do not lie where the library has them: one lies " +
                     text(misfit, 2) + " steps off");
  }
}

}  // namespace

Verdict judge_hybrid(const Sample& sample, const Candidates& found, const Library& library,
                     const CountingOptions& options) {
  // The scale is told by the fit that may use every level; with fewer levels the scale is drawn to
  // where they reach. The criterion then only says how many levels are needed.
  std::vector<const Candidate*> scales;
  for (const auto& candidate : found.back()) scales.push_back(&candidate);
  const Candidate& full = *scales.front();
  std::vector<const Candidate*> agreeing;
  for (const Candidate* candidate : flatten(found)) {
    if (share_of_differences(*candidate, full) <= same_answer) agreeing.push_back(candidate);
  }
  Verdict verdict;
  verdict.best = refine(sample, lowest(agreeing), options);
  const Candidate& best = verdict.best;
  verdict.alternatives = list_alternatives(scales, full, Method::hybrid);
  const double scale = best.mixture().coefficients[0];
  const std::string answer = name_of(options.criterion) + " is lowest at counts up to " +
                             std::to_string(best.atoms.back()) + ", the library scaled by " +
                             text(scale, 4);
  const Candidate& lowest_of_all = lowest(flatten(found));
  if (share_of_differences(lowest_of_all, full) > same_answer) {
    verdict.warnings.push_back("without the library's other levels, " + name_of(options.criterion) +
                               " would be lowest at counts up to " +
                               std::to_string(lowest_of_all.atoms.back()) +
                               " (levels that overlap are better described by fewer)");
  }
  std::vector<std::string> doubts;
  check_library_counts(sample, best, library, scale, options, doubts);
  if (std::abs(scale - 1.0) > 2.999 * options.library_scale_prior) {
    doubts.emplace_back("the library's scale is at its limit: calibration and library disagree");
  }
  weigh_alternatives(verdict, doubts);
  note_convergence(verdict);
  conclude(verdict, answer, doubts);
  return verdict;
}

Verdict judge_library(const Sample& sample, Candidate best, const Candidate& scaled,
                      const Library& library, const CountingOptions& options) {
  Verdict verdict;
  verdict.best = refine(sample, std::move(best), options);
  std::vector<std::string> doubts;
  check_library_counts(sample, verdict.best, library, 1.0, options, doubts);
  const double scale = scaled.mixture().coefficients[0];
  const std::size_t last = verdict.best.mixture().components() - 1;
  const double shift =
      std::abs(scale - 1.0) * sample.sorted.back() / spacing_at(verdict.best, last);
  const double gain =
      2.0 * (scaled.selection.log_likelihood - verdict.best.selection.log_likelihood);
  if (gain > clear_lead && shift > max_level_misfit) {
    const std::string description =
        "the library fits better when scaled by " + text(scale, 4) + " (method hybrid)";
    if (shift > 0.5) {
      doubts.push_back(description);
    } else {
      verdict.warnings.push_back(description);
    }
  }
  note_convergence(verdict);
  conclude(verdict, "each column has the count whose library value is nearest", doubts);
  return verdict;
}

}  // namespace adatom::counting
