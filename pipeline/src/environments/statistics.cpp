#include "environments/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

#include "adatom/base/number_text.h"
#include "adatom/report/number_format.h"
#include "environments/label_file_source.h"

namespace adatom::pipeline {
namespace {

constexpr double ns_per_ps = 1e-3;

/// Chapman and Kolmogorov's equation is taken to fail below this.
constexpr double markov_significance = 0.01;

void add_distances(const LabelFileSource& source, std::span<const std::uint8_t> mask,
                   double unknown_distance, DistanceCounts& counts) {
  const auto steps = source.distances();
  const auto limit = distance_steps(unknown_distance);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (mask[i] == 0) continue;
    const double distance = steps[i] * label_distance_step;
    const auto bin = static_cast<std::size_t>(distance / DistanceCounts::bin_width);
    ++counts.histogram[std::min(bin, DistanceCounts::bins - 1)];
    ++counts.atoms;
    counts.sum += distance;
    if (steps[i] > limit) ++counts.unknown;
  }
}

/// Where the frames that count begin.
void choose_first_frame(TrajectoryStatistics& s, const TrajectoryPlan& plan,
                        const CountedLabels& counted, const EnvironmentsOptions& options) {
  const double step_ns = plan.frame_time_ps.value_or(0.0) * ns_per_ps;
  s.plateau = dynamics::find_plateau(s.series, {});
  if (options.discard_ns) {
    s.first_frame =
        std::min(static_cast<std::size_t>(std::ceil(*options.discard_ns / step_ns - 1e-6)),
                 plan.frames.size() - 1);
    return;
  }
  s.first_frame = s.plateau.first_frame;
  if (s.plateau.reached()) return;
  if (s.plateau.verdict == dynamics::PlateauVerdict::drifting) {
    s.shortfalls.push_back(fmt::format(
        "{}: populations do not stay as they are: those of {} still drift (p = {:.1g}); what is "
        "averaged is of the frames from {} ns on",
        plan.name, counted.names[s.plateau.most_drifting], s.plateau.drift_p_value,
        report::significant(static_cast<double>(s.first_frame) * step_ns, 3)));
  } else {
    s.shortfalls.push_back(fmt::format(
        "{}: too short to tell whether populations stay as they are: {} independent samples of "
        "{}; a longer trajectory would tell, or the option discard_ns says what to leave out",
        plan.name, report::significant(s.plateau.effective_samples, 2),
        counted.names[s.plateau.slowest]));
  }
}

/// Transitions, their test and the visits, in one pass.
void count_changes(LabelFileSource& source, const TrajectoryPlan& plan,
                   const CountedLabels& counted, std::span<const std::uint8_t> mask,
                   const EnvironmentsOptions& options, std::size_t window, TrajectoryStatistics& s,
                   Progress& progress) {
  const auto transitions = transition_options(options, window);
  const dynamics::ResidenceOptions visits{.confidence = options.confidence};
  dynamics::MarkovCounter windows(counted.names.size(), transitions, mask);
  dynamics::ResidenceCounter residences(counted.names.size(), visits, mask);
  std::vector<std::uint8_t> labels(source.atoms());
  source.go_to(s.first_frame);
  while (source.next(labels)) {
    stop_if_cancelled(progress);
    windows.add_frame(labels);
    residences.add_frame(labels);
    progress.advance(1);
  }
  const double step_ns = plan.frame_time_ps.value_or(0.0) * ns_per_ps;
  s.windows = windows.counts();
  s.markov =
      dynamics::test_markov(s.windows, step_ns, transitions, markov_significance,
                            RandomStream(static_cast<std::uint64_t>(options.seed)).substream(1));
  s.residences = dynamics::estimate_residences(residences.counts(), step_ns, visits);
}

void warn_of_unknown(TrajectoryStatistics& s, const TrajectoryPlan& plan,
                     const EnvironmentsOptions& options) {
  if (s.distances.unknown_share() <= options.unknown_warning) return;
  s.warnings.push_back(fmt::format(
      "{}: {:.1f} % of the atoms are farther than {} from every known environment: the dictionary "
      "does not know where they are",
      plan.name, 100.0 * s.distances.unknown_share(), shortest(options.unknown_distance)));
}

}  // namespace

double DistanceCounts::unknown_share() const {
  return atoms == 0 ? 0.0 : static_cast<double>(unknown) / static_cast<double>(atoms);
}

double DistanceCounts::mean() const { return atoms == 0 ? 0.0 : sum / static_cast<double>(atoms); }

CountedLabels counted_labels(const dynamics::EnvironmentDictionary& dictionary, LabelLevel level) {
  if (level == LabelLevel::classes) return {dictionary.classes, dictionary.class_of};
  std::vector<std::uint8_t> each(dictionary.size());
  std::iota(each.begin(), each.end(), std::uint8_t{0});
  return {dictionary.environments, each};
}

dynamics::TransitionOptions transition_options(const EnvironmentsOptions& options,
                                               std::size_t window_frames) {
  dynamics::TransitionOptions transitions;
  transitions.window_frames = static_cast<std::int64_t>(window_frames);
  transitions.stride_frames = options.window_stride;
  transitions.confidence = options.confidence;
  transitions.bootstrap_samples = options.bootstrap;
  return transitions;
}

TrajectoryStatistics gather_statistics(const std::filesystem::path& labels,
                                       const TrajectoryPlan& plan, const CountedLabels& counted,
                                       std::span<const std::uint8_t> mask,
                                       const EnvironmentsOptions& options, Progress& progress) {
  TrajectoryStatistics s;
  s.counted_atoms = static_cast<std::size_t>(std::count(mask.begin(), mask.end(), 1));
  LabelFileSource source(labels, counted.of_environment, plan.frames.size());
  dynamics::PopulationCounter populations(counted.names.size(), mask);
  std::vector<std::uint8_t> frame(plan.atoms);
  while (source.next(frame)) {
    stop_if_cancelled(progress);
    populations.add_frame(frame);
    add_distances(source, mask, options.unknown_distance, s.distances);
    progress.advance(1);
  }
  s.series = populations.series();
  warn_of_unknown(s, plan, options);
  if (!plan.is_single()) {
    choose_first_frame(s, plan, counted, options);
    const auto window = static_cast<std::size_t>(
        dynamics::frames_in_window(options.window_ns, *plan.frame_time_ps * ns_per_ps));
    if (window < plan.frames.size() - s.first_frame) {
      count_changes(source, plan, counted, mask, options, window, s, progress);
    } else {
      s.shortfalls.push_back(fmt::format(
          "{}: no transitions: the window of {} ns is longer than the {} ns that are counted",
          plan.name, shortest(options.window_ns),
          report::significant(static_cast<double>(plan.frames.size() - 1 - s.first_frame) *
                                  *plan.frame_time_ps * ns_per_ps,
                              3)));
    }
  }
  s.populations = dynamics::average_populations(s.series, s.first_frame);
  return s;
}

}  // namespace adatom::pipeline
