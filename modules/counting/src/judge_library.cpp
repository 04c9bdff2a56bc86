#include <algorithm>
#include <cmath>

#include "judge_parts.h"

namespace adatom::counting {
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
