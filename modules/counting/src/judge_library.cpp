#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "judge_parts.h"

namespace adatom::counting {
namespace {

/// Above this probability of a coincidence nothing is told.
constexpr double gathering_by_chance = 0.01;

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

/// Where a cross-section lies on the ladder of the levels, in steps from the first one.
double rung(const std::vector<double>& means, double scs) {
  const auto above = std::lower_bound(means.begin(), means.end(), scs);
  if (above == means.begin()) return scs / std::max(means.front(), scs) - 1.0;
  const std::size_t k = std::min(static_cast<std::size_t>(above - means.begin()), means.size() - 1);
  const double step = means[k] - means[k - 1];
  return static_cast<double>(k) + (scs - means[k]) / step;
}

/// The probability that cross-sections which know nothing of the levels gather about them as
/// closely as these do, at the best of all scales considered: Rayleigh's test of uniform phases (K.
/// V. Mardia and P. E. Jupp, Directional Statistics (2000), section 6.3.1: 2 N R^2 is chi-squared
/// with two degrees of freedom), for as many trials as the scales shift the thickest column by
/// steps.
double chance_of_gathering(const Sample& sample, const Candidate& best, double prior) {
  const auto& means = best.mixture().means;
  if (means.size() < 2) return 1.0;
  std::complex<double> sum;
  for (const double scs : sample.sorted) {
    sum += std::polar(1.0, 2.0 * std::numbers::pi * rung(means, scs));
  }
  const auto columns = static_cast<double>(sample.size());
  const double once = std::exp(-std::norm(sum) / columns);
  const double trials = 1.0 + 6.0 * prior * static_cast<double>(best.atoms.back());
  return -std::expm1(trials * std::log1p(-std::min(once, 1.0 - 1e-12)));
}

/// Cross-sections that do not gather about whole atoms do not tell the library's scale; the counts
/// are then as right as it was known before.
void check_gathering(const Sample& sample, const CountingOptions& options, Verdict& verdict,
                     std::vector<std::string>& doubts) {
  const double chance = chance_of_gathering(sample, verdict.best, options.library_scale_prior);
  if (chance < gathering_by_chance) return;
  const std::string observation =
      "the cross-sections do not gather about whole atoms (any would do so as much with a "
      "probability of " +
      text(chance, 2) + "), so they do not tell the library's scale";
  const double shift = options.library_scale_prior * static_cast<double>(verdict.best.atoms.back());
  if (shift > max_level_misfit) {
    doubts.push_back(observation +
                     ": a higher dose, or a calibration (library_scale_prior) is wanted");
  } else {
    verdict.warnings.push_back(observation +
                               ": the counts rest on the calibration alone, and on "
                               "columns that are as straight as the library's");
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
  check_gathering(sample, options, verdict, doubts);
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
