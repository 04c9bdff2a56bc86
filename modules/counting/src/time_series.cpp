#include "adatom/counting/time_series.h"

#include <algorithm>
#include <cmath>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "series_model.h"

namespace adatom::counting {

namespace {

// Counts beyond the largest independent one that a column may grow to.
constexpr std::size_t spare_states = 2;

[[noreturn]] void refuse_series(std::string why, std::string remedy) {
  throw InputError({.what = "the series cannot be counted",
                    .where = "time_series",
                    .why = std::move(why),
                    .remedy = std::move(remedy)});
}

/// The place of every frame's first column among all columns.
std::vector<std::size_t> first_rows(std::span<const FrameColumns> frames) {
  std::vector<std::size_t> first{0};
  for (const FrameColumns& frame : frames) first.push_back(first.back() + frame.x_angstrom.size());
  return first;
}

void check_series(std::span<const FrameColumns> frames, const MatchResult& matched,
                  std::span<const std::vector<double>> scs_stderr,
                  const CountingResult& independent, const std::optional<Library>& library,
                  const CountingOptions& options) {
  if (matched.frames.size() != frames.size() || matched.columns.empty()) {
    refuse_series("the columns were matched in other frames", "match the columns of these frames");
  }
  if (independent.counts.size() != first_rows(frames).back()) {
    refuse_series("there are not as many independent counts as columns",
                  "count the columns of these frames");
  }
  for (const FrameColumns& frame : frames) {
    if (frame.scs_angstrom2.size() != frame.x_angstrom.size()) {
      refuse_series("there is no cross-section for every column", "give those of all frames");
    }
  }
  if (options.scatter == Scatter::measured) {
    bool fits = scs_stderr.size() == frames.size();
    for (std::size_t f = 0; fits && f < frames.size(); ++f) {
      fits = scs_stderr[f].size() == frames[f].x_angstrom.size();
    }
    if (!fits) {
      refuse_series("the standard errors of the cross-sections are missing",
                    "give them or choose scatter 'common'");
    }
  }
  const bool needs = options.method == Method::library || options.method == Method::hybrid;
  if (needs && !library) {
    refuse_series("the methods 'library' and 'hybrid' need a library", "give one");
  }
}

/// Mean cross-sections of 0, 1, ... atoms: of the library, or of the components found.
std::vector<double> series_levels(const CountingResult& independent,
                                  const std::optional<Library>& library,
                                  const CountingOptions& options) {
  std::vector<double> levels{0.0};
  if (options.method == Method::library || options.method == Method::hybrid) {
    std::int64_t most = 1;
    for (const Component& component : independent.components) {
      most = std::max(most, component.atom_count);
    }
    const std::size_t size =
        std::min(library->scs_angstrom2.size(), static_cast<std::size_t>(most) + spare_states);
    levels.insert(levels.end(), library->scs_angstrom2.begin(),
                  library->scs_angstrom2.begin() + static_cast<std::ptrdiff_t>(size));
    return levels;
  }
  for (const Component& component : independent.components) {
    if (component.atom_count != static_cast<std::int64_t>(levels.size())) {
      refuse_series("the components of the independent counts do not hold 1, 2, 3, ... atoms",
                    "give a library");
    }
    levels.push_back(component.mean_angstrom2);
  }
  return levels;
}

std::vector<Glimpses> look_at(std::span<const FrameColumns> frames, const MatchResult& matched,
                              std::span<const std::vector<double>> scs_stderr,
                              const CountingOptions& options) {
  std::vector<Glimpses> all;
  for (const SeriesColumn& column : matched.columns) {
    Glimpses& glimpses = all.emplace_back(frames.size());
    for (std::size_t f = 0; f < frames.size(); ++f) {
      glimpses[f].sight = column.sight[f];
      if (column.sight[f] != Sight::seen) continue;
      const auto i = static_cast<std::size_t>(column.member[f]);
      glimpses[f].scs_angstrom2 = frames[f].scs_angstrom2[i];
      if (options.scatter == Scatter::measured) {
        glimpses[f].known_variance = scs_stderr[f][i] * scs_stderr[f][i];
      }
    }
  }
  return all;
}

/// Counts of one column by its most probable path or frame by frame.
ColumnHistory decode(const Glimpses& column, const SeriesSetting& setting,
                     const SeriesParameters& parameters, const numeric::HiddenMarkovModel& model,
                     std::vector<CountChange>& changes) {
  const std::size_t states = setting.levels.size();
  const auto emissions = log_emissions_of(column, setting, parameters);
  const numeric::StatePosterior posterior = numeric::forward_backward(model, emissions);
  std::vector<std::size_t> counts;
  if (setting.options.decoding == Decoding::path) {
    counts = numeric::most_probable_path(model, emissions).states;
  } else {
    for (std::size_t t = 0; t < column.size(); ++t) {
      const double* row = posterior.probability.data() + t * states;
      counts.push_back(static_cast<std::size_t>(std::max_element(row, row + states) - row));
    }
  }
  ColumnHistory history;
  for (std::size_t t = 0; t < column.size(); ++t) {
    history.atom_count.push_back(static_cast<std::int64_t>(counts[t]));
    history.probability.push_back(posterior.probability[t * states + counts[t]]);
    if (t + 1 == column.size()) break;
    const double change = std::clamp(1.0 - posterior.stay[t], 0.0, 1.0);
    history.change_probability.push_back(change);
    if (counts[t] == counts[t + 1]) continue;
    const double exactly =
        numeric::pair_probability(model, emissions, posterior, t, counts[t], counts[t + 1]);
    changes.push_back({.column = 0,
                       .frame = t,
                       .from = static_cast<std::int64_t>(counts[t]),
                       .to = static_cast<std::int64_t>(counts[t + 1]),
                       .probability = std::min(exactly, 1.0),
                       .change_probability = change,
                       .independent_too = false});
  }
  history.posterior = posterior.probability;
  return history;
}

void add_independent(std::span<const FrameColumns> frames, const MatchResult& matched,
                     const CountingResult& independent, TimeSeriesResult& result) {
  const std::vector<std::size_t> first = first_rows(frames);
  for (std::size_t c = 0; c < matched.columns.size(); ++c) {
    const SeriesColumn& column = matched.columns[c];
    for (std::size_t f = 0; f < frames.size(); ++f) {
      std::int64_t count = column.sight[f] == Sight::not_seen ? 0 : -1;
      if (column.sight[f] == Sight::seen) {
        count =
            independent.counts[first[f] + static_cast<std::size_t>(column.member[f])].atom_count;
      }
      result.columns[c].independent.push_back(count);
    }
  }
}

void compare(TimeSeriesResult& result, std::size_t frames) {
  result.expected_changes.assign(frames - 1, 0.0);
  for (const ColumnHistory& column : result.columns) {
    for (std::size_t f = 0; f + 1 < frames; ++f) {
      result.expected_changes[f] += column.change_probability[f];
      if (column.independent[f] < 0 || column.independent[f + 1] < 0) continue;
      ++result.tally.pairs;
      if (column.independent[f] != column.independent[f + 1]) ++result.tally.independent;
      if (column.atom_count[f] != column.atom_count[f + 1]) ++result.tally.series;
      result.tally.expected += column.change_probability[f];
    }
  }
  for (CountChange& change : result.changes) {
    const auto& independent = result.columns[change.column].independent;
    const std::int64_t before = independent[change.frame];
    const std::int64_t after = independent[change.frame + 1];
    change.independent_too = before >= 0 && after >= 0 && after - before == change.to - change.from;
  }
}

/// Sums over the columns of a frame, with the common error of the library's scale.
Total series_total(const TimeSeriesResult& result, const MatchResult& matched,
                   const CountingResult& independent, std::size_t first_row, std::size_t frame) {
  CountingResult all;
  const std::size_t states = result.level_angstrom2.size();
  for (std::size_t g = 0; g < states; ++g) {
    all.components.push_back({.atom_count = static_cast<std::int64_t>(g)});
  }
  std::vector<std::size_t> members;
  for (std::size_t c = 0; c < result.columns.size(); ++c) {
    const ColumnHistory& column = result.columns[c];
    const auto row = column.posterior.begin() + static_cast<std::ptrdiff_t>(frame * states);
    ColumnCount count{.atom_count = column.atom_count[frame],
                      .probability = column.probability[frame],
                      .posterior = {row, row + static_cast<std::ptrdiff_t>(states)},
                      .scale_shift = 0.0};
    const std::int64_t member = matched.columns[c].member[frame];
    if (member >= 0) {
      count.scale_shift =
          independent.counts[first_row + static_cast<std::size_t>(member)].scale_shift;
    }
    all.counts.push_back(std::move(count));
    members.push_back(c);
  }
  return total_atoms(all, members);
}

void describe_quality(const MatchResult& matched, TimeSeriesResult& result) {
  double sum = 0.0;
  double seen = 0.0;
  for (std::size_t c = 0; c < result.columns.size(); ++c) {
    for (std::size_t f = 0; f < matched.frames.size(); ++f) {
      if (matched.columns[c].sight[f] != Sight::seen) continue;
      sum += result.columns[c].probability[f];
      seen += 1.0;
    }
  }
  result.mean_probability = seen > 0.0 ? sum / seen : 0.0;
  if (!result.converged) {
    result.warnings.push_back("the time series did not converge in " +
                              std::to_string(result.iterations) + " steps");
  }
}

}  // namespace

void TimeSeriesOptions::describe(OptionVisitor& v) {
  v.visit({.name = "decoding",
           .help = "counts of a column by its most probable history as a whole (path) or frame by "
                   "frame (posterior)"},
          decoding);
  v.visit(
      {.name = "largest_change",
       .unit = "atoms",
       .help = "changes between frames up to this have a probability each, larger ones share one",
       .min = 1,
       .max = 20},
      largest_change);
  v.visit({.name = "change_probability",
           .help = "share of the columns that change between two frames, as known beforehand",
           .min = 1e-6,
           .max = 0.9},
          change_probability);
  v.visit({.name = "pseudo_transitions",
           .help = "transitions that this knowledge is worth; the series tells the rest",
           .min = 1e-3,
           .max = 1e6},
          pseudo_transitions);
  v.visit({.name = "miss_probability",
           .help = "share of single atoms that are not detected, as known beforehand",
           .min = 1e-6,
           .max = 0.9},
          miss_probability);
  v.visit({.name = "false_probability",
           .help = "probability that something is detected where no column is; not used with "
                   "allow_zero",
           .min = 1e-12,
           .max = 0.5},
          false_probability);
  v.visit({.name = "max_iterations",
           .help = "most steps of expectation and maximisation",
           .min = 1,
           .max = 1e6},
          max_iterations);
  v.visit({.name = "tolerance",
           .help = "change of the log-likelihood per observation at which they end",
           .min = 0,
           .max = 1e-2},
          tolerance);
}

std::vector<OptionIssue> TimeSeriesOptions::validate() const { return check_ranges(*this); }

TimeSeriesResult count_time_series(std::span<const FrameColumns> frames, const MatchResult& matched,
                                   std::span<const std::vector<double>> scs_stderr_angstrom2,
                                   const CountingResult& independent,
                                   const std::optional<Library>& library,
                                   const CountingOptions& options,
                                   const TimeSeriesOptions& series_options, Progress& progress) {
  require_valid(series_options.validate());
  check_series(frames, matched, scs_stderr_angstrom2, independent, library, options);
  SeriesSetting setting;
  setting.levels = series_levels(independent, library, options);
  if (options.dose_per_angstrom2) setting.variance_per_mean = 1.0 / *options.dose_per_angstrom2;
  setting.scale_is_free = options.method == Method::hybrid;
  setting.scale_prior = options.library_scale_prior;
  setting.empty_is_listed = options.allow_zero;
  setting.min_sigma = 1e-6 * setting.levels.back();
  setting.options = series_options;
  const std::size_t states = setting.levels.size();
  const std::vector<Glimpses> glimpses = look_at(frames, matched, scs_stderr_angstrom2, options);

  SeriesParameters start;
  start.scale = setting.scale_is_free ? independent.library_scale : 1.0;
  start.sigma = std::max(independent.sigma_angstrom2, setting.min_sigma);
  start.miss_probability = series_options.miss_probability;
  start.transitions = numeric::Transitions::by_change(
      states, static_cast<std::size_t>(series_options.largest_change),
      series_options.change_probability, series_options.pseudo_transitions);
  start.log_initial.assign(states, -std::log(static_cast<double>(states)));
  const SeriesFit fit = fit_series_model(glimpses, setting, std::move(start), progress);

  TimeSeriesResult result;
  result.library_scale = fit.parameters.scale;
  result.sigma_angstrom2 = fit.parameters.sigma;
  result.miss_probability = fit.parameters.miss_probability;
  result.change_probability = fit.parameters.transitions.probability;
  result.log_likelihood = fit.log_likelihood;
  result.iterations = fit.iterations;
  result.converged = fit.converged;
  for (const double level : setting.levels) {
    result.level_angstrom2.push_back(fit.parameters.scale * level);
  }
  const numeric::HiddenMarkovModel model = model_of(fit.parameters);
  result.columns.resize(glimpses.size());
  std::vector<std::vector<CountChange>> changes(glimpses.size());
  parallel_for(glimpses.size(), [&](std::size_t c) {
    result.columns[c] = decode(glimpses[c], setting, fit.parameters, model, changes[c]);
    for (CountChange& change : changes[c]) change.column = c;
  });
  for (const auto& some : changes) {
    result.changes.insert(result.changes.end(), some.begin(), some.end());
  }
  std::stable_sort(result.changes.begin(), result.changes.end(),
                   [](const CountChange& a, const CountChange& b) { return a.frame < b.frame; });
  add_independent(frames, matched, independent, result);
  compare(result, frames.size());
  const std::vector<std::size_t> first = first_rows(frames);
  for (std::size_t f = 0; f < frames.size(); ++f) {
    result.totals.push_back(series_total(result, matched, independent, first[f], f));
  }
  describe_quality(matched, result);
  return result;
}

}  // namespace adatom::counting
