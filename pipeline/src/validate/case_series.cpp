#include "validate/case_series.h"

#include <algorithm>

#include "adatom/counting/time_series.h"

namespace adatom::pipeline {
namespace {

counting::FrameColumns series_frame(const ChainFrame& frame) {
  counting::FrameColumns columns;
  for (const auto& column : frame.fitted.fit.columns) {
    columns.x_angstrom.push_back(column.x_angstrom);
    columns.y_angstrom.push_back(column.y_angstrom);
    columns.scs_angstrom2.push_back(column.scs_angstrom2);
  }
  const double pixel = frame.known.pixel_size_angstrom;
  columns.width_angstrom = pixel * static_cast<double>(frame.fitted.image.width());
  columns.height_angstrom = pixel * static_cast<double>(frame.fitted.image.height());
  return columns;
}

std::int64_t true_count(const ChainFrame& frame, std::size_t fitted) {
  const auto truth = frame.columns.true_of[fitted];
  return truth ? frame.known.columns[*truth].atom_count : 0;
}

/// Changes between successive frames, of all columns that both show.
struct ChangeScore {
  double real = 0.0;
  double found = 0.0;  ///< of them by the series, with the true counts before and after
  double spurious = 0.0;
  double spurious_independent = 0.0;

  void add(const ChainFrame& before, std::size_t i, const ChainFrame& after, std::size_t j) {
    const auto from = true_count(before, i);
    const auto to = true_count(after, j);
    if (from != to) {
      real += 1.0;
      if (before.series_counts[i] == from && after.series_counts[j] == to) found += 1.0;
      return;
    }
    if (before.series_counts[i] != after.series_counts[j]) spurious += 1.0;
    if (before.counts[i] != after.counts[j]) spurious_independent += 1.0;
  }
};

}  // namespace

void count_series(std::vector<ChainFrame>& chain, const counting::CountingResult& independent,
                  const counting::Library& library, const counting::CountingOptions& options,
                  CaseResult& result, Progress& progress) {
  std::vector<counting::FrameColumns> frames;
  std::vector<std::vector<double>> errors;
  for (const ChainFrame& frame : chain) {
    frames.push_back(series_frame(frame));
    errors.emplace_back();
    for (const auto& column : frame.fitted.fit.columns) {
      errors.back().push_back(column.scs_stderr_angstrom2);
    }
  }
  const auto matched = counting::match_columns(frames, {}, progress);
  const auto series = counting::count_time_series(frames, matched, errors, independent, library,
                                                  options, {}, progress);
  for (ChainFrame& frame : chain) {
    frame.series_counts = frame.counts;  // of a column that is followed nowhere
    frame.series_probabilities = frame.probabilities;
  }
  ChangeScore changes;
  for (std::size_t c = 0; c < matched.columns.size(); ++c) {
    const auto& member = matched.columns[c].member;
    for (std::size_t f = 0; f < chain.size(); ++f) {
      if (member[f] < 0) continue;
      const auto i = static_cast<std::size_t>(member[f]);
      chain[f].series_counts[i] = series.columns[c].atom_count[f];
      chain[f].series_probabilities[i] = series.columns[c].probability[f];
    }
    for (std::size_t f = 1; f < chain.size(); ++f) {
      if (member[f - 1] < 0 || member[f] < 0) continue;
      changes.add(chain[f - 1], static_cast<std::size_t>(member[f - 1]), chain[f],
                  static_cast<std::size_t>(member[f]));
    }
  }
  CountScore sum;
  for (const ChainFrame& frame : chain) {
    const auto score = score_counts(frame.known.columns, frame.columns, frame.series_counts);
    sum.columns += score.columns;
    sum.exact += score.exact;
  }
  result.series_exact = static_cast<double>(sum.exact) / static_cast<double>(sum.columns);
  result.changes = changes.real;
  if (changes.real > 0.0) result.changes_found = changes.found / changes.real;
  result.spurious_independent = changes.spurious_independent;
  result.spurious_changes = changes.spurious;
  if (changes.spurious_independent > 0.0) {
    result.spurious_ratio = changes.spurious / changes.spurious_independent;
  }
}

}  // namespace adatom::pipeline
