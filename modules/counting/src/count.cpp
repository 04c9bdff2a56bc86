#include "adatom/counting/count.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"
#include "judge.h"
#include "judge_parts.h"
#include "scale_error.h"

namespace adatom::counting {

namespace {

constexpr std::size_t fewest_columns = 3;
constexpr std::size_t most_columns = 10'000'000;
// No particle in which columns can be told apart by eye is thicker.
constexpr std::size_t usual_most_components = 30;

[[noreturn]] void refuse(std::string what, std::string where, std::string why, std::string remedy) {
  throw InputError({.what = std::move(what),
                    .where = std::move(where),
                    .why = std::move(why),
                    .remedy = std::move(remedy)});
}

void check_input(std::span<const double> scs, std::span<const double> scs_stderr,
                 const std::optional<Library>& library, const CountingOptions& options) {
  require_valid(options.validate());
  if (library) require_valid(library->validate());
  if (scs.size() < fewest_columns || scs.size() > most_columns) {
    refuse("cannot count the atoms of " + std::to_string(scs.size()) + " columns", "scs_angstrom2",
           "at least 3 are needed", "give the columns of a whole particle");
  }
  for (std::size_t i = 0; i < scs.size(); ++i) {
    if (!std::isfinite(scs[i]) || std::abs(scs[i]) > 1e9) {
      refuse("the cross-section of column " + std::to_string(i) + " is not a sensible number",
             "scs_angstrom2", "every column needs one", "leave the column out or fit it again");
    }
  }
  if (!scs_stderr.empty() && scs_stderr.size() != scs.size()) {
    refuse("there are " + std::to_string(scs_stderr.size()) + " standard errors",
           "scs_stderr_angstrom2", "there are " + std::to_string(scs.size()) + " cross-sections",
           "give one for each, or none");
  }
  if (options.scatter == Scatter::measured) {
    if (scs_stderr.empty()) {
      refuse("the standard errors of the cross-sections are missing", "scs_stderr_angstrom2",
             "scatter 'measured' uses them", "give them or choose scatter 'common'");
    }
    for (std::size_t i = 0; i < scs_stderr.size(); ++i) {
      if (std::isfinite(scs_stderr[i]) && scs_stderr[i] >= 0.0 && scs_stderr[i] < 1e9) continue;
      refuse(
          "the standard error of column " + std::to_string(i) + " is not a number of zero or more",
          "scs_stderr_angstrom2", "scatter 'measured' uses it", "choose scatter 'common'");
    }
  }
  const bool needs_library = options.method == Method::library || options.method == Method::hybrid;
  if (needs_library && !library) {
    refuse("the library of cross-sections is missing", "library",
           "the methods 'library' and 'hybrid' need the cross-sections of 1, 2, 3, ... atoms",
           "give one or choose the method 'equidistant' or 'mixture'");
  }
  const auto [low, high] = std::minmax_element(scs.begin(), scs.end());
  if (*high <= 0.0) {
    refuse("no cross-section is positive", "scs_angstrom2", "the largest is not above zero",
           "check the background and the fit");
  }
  if (*low == *high) {
    refuse("all cross-sections are equal", "scs_angstrom2", "measured ones differ",
           "check the table");
  }
}

/// Components worth trying with a library: until the thickest column is passed even at the smallest
/// scale, and one more.
std::size_t most_of_library(const Sample& sample, const Library& library, double smallest_scale,
                            const CountingOptions& options) {
  const auto& values = library.scs_angstrom2;
  std::size_t most = values.size();
  if (options.max_components) {
    return std::min(most, static_cast<std::size_t>(*options.max_components));
  }
  const auto passed =
      std::lower_bound(values.begin(), values.end(), sample.sorted.back() / smallest_scale);
  return std::min(most, static_cast<std::size_t>(passed - values.begin()) + 2);
}

std::size_t most_without_library(const Sample& sample, const CountingOptions& options) {
  // Three columns for each component on average, or components describe single columns.
  const std::size_t allowed = std::max<std::size_t>(sample.size() / 3, 1);
  if (!options.max_components) return std::min(usual_most_components, allowed);
  const auto wanted = static_cast<std::size_t>(*options.max_components);
  return options.method == Method::mixture ? std::min(wanted, allowed) : wanted;
}

/// Posterior of the counts by nearness to the library: every count equally probable beforehand, and
/// the variance of a column that of its own cross-section, so that the nearest is the most
/// probable.
void set_nearest_posteriors(const Sample& sample, const Candidate& best,
                            std::vector<double>& responsibilities) {
  const auto& mixture = best.mixture();
  const std::size_t components = mixture.components();
  numeric::MixtureModel model;
  model.rule = numeric::MeanRule::fixed;
  model.item_variance = sample.item_variance;
  if (sample.variance_per_mean > 0.0) {
    for (const double x : sample.sorted) {
      model.item_variance.push_back(sample.variance_per_mean * std::abs(x));
    }
  }
  numeric::Mixture uniform = mixture;
  uniform.weights.assign(components, 1.0 / static_cast<double>(components));
  responsibilities = numeric::expect(sample.sorted, model, uniform).responsibilities;
}

void set_counts(const Sample& sample, const Candidate& best,
                const std::vector<double>& responsibilities, CountingResult& result) {
  const std::size_t components = best.mixture().components();
  result.counts.resize(sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    ColumnCount& column = result.counts[sample.order[i]];
    const auto row = responsibilities.begin() + static_cast<std::ptrdiff_t>(i * components);
    column.posterior.assign(row, row + static_cast<std::ptrdiff_t>(components));
    const auto most = std::max_element(column.posterior.begin(), column.posterior.end());
    column.atom_count = best.atoms[static_cast<std::size_t>(most - column.posterior.begin())];
    column.probability = *most;
  }
  for (std::size_t k = 0; k < components; ++k) {
    result.components.push_back({best.atoms[k], best.mixture().means[k],
                                 component_sigma(sample, best.mixture(), k),
                                 best.mixture().weights[k]});
  }
}

/// Above this share of a cross-section its standard error is worth a word: at fifteen atoms, 1 % is
/// a sixth of a step.
constexpr double notable_library_error = 0.01;

/// A warning where the library itself is uncertain; empty otherwise.
std::string library_error_warning(const Library& library) {
  double largest = 0.0;
  std::size_t atoms = 0;
  const std::size_t known = std::min(library.stderr_angstrom2.size(), library.scs_angstrom2.size());
  for (std::size_t g = 0; g < known; ++g) {
    const double share = library.stderr_angstrom2[g] / library.scs_angstrom2[g];
    if (!std::isgreater(share, largest)) continue;
    largest = share;
    atoms = g + 1;
  }
  if (largest <= notable_library_error) return {};
  return "the library's standard errors reach " + percent(largest) + " of the cross-section (at " +
         std::to_string(atoms) + " atoms): calculate it with more configurations";
}

std::vector<double> responsibilities_of(const Sample& sample, const numeric::Mixture& mixture) {
  return numeric::expect(sample.sorted, sample.model(), mixture).responsibilities;
}

Candidates search(const Sample& sample, const std::optional<Library>& library, std::size_t most,
                  const CountingOptions& options, const RandomStream& random, Progress& progress) {
  progress.begin("counting atoms", most);
  if (options.method == Method::mixture) {
    return search_free(sample, most, options, random, progress);
  }
  if (options.method == Method::equidistant) {
    return search_equidistant(sample, most, options, random, progress);
  }
  return search_hybrid(sample, *library, most, options, random, progress);
}

Verdict judge(const Sample& sample, const Candidates& found, const std::optional<Library>& library,
              const CountingOptions& options) {
  if (options.method == Method::mixture) return judge_free(sample, found, library, options);
  if (options.method == Method::equidistant) return judge_equidistant(sample, found, options);
  if (options.method == Method::hybrid) return judge_hybrid(sample, found, *library, options);
  const std::size_t most = most_of_library(sample, *library, 1.0, options);
  return judge_library(sample, fit_library(sample, *library, most, options), found.back().front(),
                       *library, options);
}

}  // namespace

CountingResult count_atoms(std::span<const double> scs_angstrom2,
                           std::span<const double> scs_stderr_angstrom2,
                           const std::optional<Library>& library, const CountingOptions& options,
                           const RandomStream& random, Progress& progress) {
  check_input(scs_angstrom2, scs_stderr_angstrom2, library, options);
  const Sample sample = make_sample(scs_angstrom2, scs_stderr_angstrom2, options);
  const bool with_library = options.method == Method::library || options.method == Method::hybrid;
  const double smallest_scale = 1.0 - 3.0 * options.library_scale_prior;
  const std::size_t most = with_library ? most_of_library(sample, *library, smallest_scale, options)
                                        : most_without_library(sample, options);
  const Candidates found = search(sample, library, most, options, random, progress);
  const Verdict verdict = judge(sample, found, library, options);
  const Candidate& best = verdict.best;

  CountingResult result;
  result.method = options.method;
  result.determined = verdict.determined;
  result.reason = verdict.reason;
  result.alternatives = verdict.alternatives;
  result.warnings = verdict.warnings;
  result.sigma_angstrom2 = best.mixture().sigma;
  result.separation_probability = separation_probability(sample, best);
  std::vector<double> responsibilities = responsibilities_of(sample, best.mixture());
  if (options.method == Method::library) set_nearest_posteriors(sample, best, responsibilities);
  set_counts(sample, best, responsibilities, result);
  if (options.method != Method::library) {
    for (const auto& group : found) {
      const bool chosen = group.front().selection.components == best.selection.components;
      result.selection.push_back(chosen ? best.selection : group.front().selection);
    }
  }
  if (options.method == Method::hybrid) {
    result.library_scale = best.mixture().coefficients[0];
    set_scale_error(sample, *library, most, best, options, result);
  }
  if (options.method == Method::equidistant) {
    const auto& coefficients = best.mixture().coefficients;
    if (coefficients.size() > 1) result.offset_angstrom2 = coefficients[0];
    const auto& means = best.mixture().means;
    result.step_angstrom2 = means.size() < 2
                                ? means[0]
                                : (means.back() - means[0]) / static_cast<double>(means.size() - 1);
    if (best.mixture().coefficients.size() > 2) {
      result.bend_angstrom2 = best.mixture().coefficients[2] / static_cast<double>(means.size());
    }
  }
  if (library && options.method != Method::equidistant) {
    auto warning = library_error_warning(*library);
    if (!warning.empty()) result.warnings.push_back(std::move(warning));
  }
  const auto below =
      std::count_if(scs_angstrom2.begin(), scs_angstrom2.end(), [](double s) { return s <= 0.0; });
  if (below > 0) {
    result.warnings.push_back(std::to_string(below) +
                              " columns have a cross-section of zero or "
                              "less");
  }
  return result;
}

}  // namespace adatom::counting
