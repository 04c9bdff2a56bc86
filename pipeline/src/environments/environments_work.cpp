#include "environments/environments_work.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/base/random.h"
#include "adatom/pipeline/option_values.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/pipeline/yaml_options.h"
#include "adatom/storage/files.h"
#include "cli/output_folder.h"
#include "environments/atom_mask.h"
#include "environments/dictionary_choice.h"
#include "environments/frame_labels.h"
#include "environments/label_file_source.h"
#include "environments/output_files.h"
#include "environments/results.h"
#include "md/folder_lock.h"
#include "run/file_system.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr double ns_per_ps = 1e-3;

/// Of labels: a new one when the same frame gives others.
constexpr const char* version = "1";

/// Options with paths as seen from the folder, so that the folder is the same on another machine.
std::string relative_yaml(EnvironmentsOptions options, const fs::path& folder) {
  const fs::path from = fs::absolute(folder).lexically_normal();
  const auto make_relative = [&from](InputFile& file) {
    if (!file.given()) return;
    file.path = fs::absolute(file.path).lexically_normal().lexically_relative(from).string();
  };
  for (auto& file : options.trajectories) make_relative(file);
  make_relative(options.dictionary);
  return write_yaml(options);
}

/// Before hours of work: can what is asked for be done?
void check_times(const std::vector<TrajectoryPlan>& plans, const EnvironmentsOptions& options) {
  const TrajectoryPlan* first = nullptr;
  for (const auto& plan : plans) {
    if (plan.is_single()) continue;
    (void)dynamics::frames_in_window(options.window_ns, *plan.frame_time_ps * ns_per_ps);
    if (first == nullptr) first = &plan;
    if (plan.frame_time_ps == first->frame_time_ps) continue;
    throw InputError({.what = "the trajectories have not the same time between frames",
                      .where = plan.path.string(),
                      .why = fmt::format("{} ps, {} ps in {}", shortest(*plan.frame_time_ps),
                                         shortest(*first->frame_time_ps), first->file),
                      .remedy = "one by one, each in a folder of its own, they may differ"});
  }
}

void label_all(const std::vector<TrajectoryPlan>& plans, const FrameLabeller& labeller,
               const ChosenDictionary& dictionary, const EnvironmentsOptions& options,
               const fs::path& parts, Progress& progress, const Say& say) {
  create_folder(parts);
  std::vector<std::unique_ptr<LabelFile>> files;
  std::size_t all_frames = 0;
  std::size_t frames = 0;  // that are to be labelled
  double environments = 0.0;
  for (const auto& plan : plans) {
    auto file = std::make_unique<LabelFile>(labels_path(parts, plan),
                                            label_head(plan, labeller, dictionary, options));
    std::string why = file->anew_because();
    if (why.empty()) why = reconcile(plan, *file);
    if (!why.empty()) say(fmt::format("{}: labelled anew: {}", plan.name, why));
    const std::size_t left = plan.frames.size() - file->frames();
    all_frames += plan.frames.size();
    frames += left;
    environments += static_cast<double>(left) * static_cast<double>(plan.atoms);
    files.push_back(std::move(file));
  }
  if (frames == 0) return;
  const auto begin = std::chrono::steady_clock::now();
  progress.begin("environments", all_frames);
  progress.advance_found(all_frames - frames);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    label_frames(plans[i], labeller, *files[i], progress);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (took.count() < 1.0) return;
  say(fmt::format("{} frames, {:.3g} environments per second", frames,
                  environments / took.count()));
}

/// The last frame and its labels, for the picture.
void take_shown_frame(TrajectoryResult& t, const fs::path& labels) {
  t.shown_frame = t.plan.frames.size() - 1;
  t.shown = t.plan.reader->read(t.plan.frames[t.shown_frame]);
  LabelFileReader reader(labels);
  reader.go_to(t.shown_frame);
  LabelledFrame frame;
  if (reader.next(frame)) t.shown_environments = frame.environments;
}

/// The matrices of each trajectory and of all together.
void estimate_matrices(EnvironmentsResult& result, const EnvironmentsOptions& options) {
  std::vector<dynamics::TransitionCounts> counts;
  double step_ns = 0.0;
  std::size_t window = 1;
  const RandomStream random(static_cast<std::uint64_t>(options.seed));
  for (auto& t : result.trajectories) {
    if (t.statistics.windows.empty()) continue;
    counts.push_back(t.statistics.windows.front());
    step_ns = *t.plan.frame_time_ps * ns_per_ps;
    window = counts.back().window_frames;
    t.matrix = dynamics::estimate_transitions({&counts.back(), 1}, step_ns,
                                              transition_options(options, window),
                                              random.substream(100 + counts.size()));
  }
  if (counts.empty()) return;
  auto pooled = transition_options(options, window);
  result.pooled = dynamics::estimate_transitions(counts, step_ns, pooled, random.substream(2));
  if (counts.size() < 2) return;
  pooled.average = dynamics::Average::mean_of_matrices;
  result.mean_of_matrices =
      dynamics::estimate_transitions(counts, step_ns, pooled, random.substream(3));
}

void name_kinds(EnvironmentsResult& result, LabelLevel level) {
  result.class_kinds = report::kinds_named(result.dictionary.classes);
  result.kinds = result.class_kinds;
  if (level == LabelLevel::classes) return;
  result.kinds.clear();
  for (std::size_t i = 0; i < result.dictionary.size(); ++i) {
    result.kinds.push_back({.label = result.dictionary.environments[i],
                            .colour = result.class_kinds[result.dictionary.class_of[i]].colour});
  }
}

EnvironmentsResult gather_results(std::vector<TrajectoryPlan> plans,
                                  std::vector<std::vector<std::uint8_t>> masks,
                                  const ChosenDictionary& dictionary,
                                  const EnvironmentsOptions& options, const fs::path& parts,
                                  Progress& progress) {
  EnvironmentsResult result;
  result.dictionary = dictionary.dictionary;
  result.counted = counted_labels(result.dictionary, options.level);
  name_kinds(result, options.level);
  std::size_t frames = 0;
  for (const auto& plan : plans) frames += plan.frames.size();
  progress.begin("statistics", 2 * frames);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    TrajectoryResult t{.plan = std::move(plans[i]), .mask = std::move(masks[i]), .statistics = {}};
    const fs::path labels = labels_path(parts, t.plan);
    t.statistics = gather_statistics(labels, t.plan, result.counted, t.mask, options, progress);
    take_shown_frame(t, labels);
    result.trajectories.push_back(std::move(t));
  }
  result.populations = mean_populations(result.trajectories);
  estimate_matrices(result, options);
  return result;
}

/// Tables of events go to the trajectories' folders in `output`.
void find_all_events(EnvironmentsResult& result, const EnvironmentsOptions& options,
                     const fs::path& parts, const fs::path& output, Progress& progress) {
  std::size_t frames = 0;
  for (const auto& t : result.trajectories) {
    if (has_room_for_events(t.plan, options)) frames += t.plan.frames.size();
  }
  if (frames == 0) return;
  progress.begin("events", frames);
  for (auto& t : result.trajectories) {
    if (!has_room_for_events(t.plan, options)) continue;
    t.events = find_events(labels_path(parts, t.plan), t.plan, result.counted, options,
                           output / home_of(result, t), progress);
  }
}

}  // namespace

LabelFileHead label_head(const TrajectoryPlan& plan, const FrameLabeller& labeller,
                         const ChosenDictionary& dictionary, const EnvironmentsOptions& options) {
  const auto of = option_values("", options);
  LabelFileHead head{.identity = {{"version", version},
                                  {"dictionary", "sha256:" + dictionary.sha256},
                                  {"kernel", labeller.kernel_name()}},
                     .atoms = plan.atoms};
  for (const char* name : {"surroundings", "periodic", "read_every", "type_elements"}) {
    const auto found =
        std::find_if(of.begin(), of.end(), [name](const OptionValue& o) { return o.name == name; });
    if (found != of.end()) head.identity.push_back(*found);
  }
  return head;
}

EnvironmentsResult write_environments(LabelledTrajectories labelled,
                                      const EnvironmentsOptions& options,
                                      const std::string& configuration, const fs::path& folder,
                                      Remarks& remarks, Progress& progress) {
  auto result = gather_results(std::move(labelled.plans), std::move(labelled.masks),
                               labelled.dictionary, options, labelled.parts, progress);
  result.kernel = labelled.kernel;
  for (const auto& t : result.trajectories) {
    const auto& warnings = t.statistics.warnings;
    const auto& shortfalls = t.statistics.shortfalls;
    remarks.warnings.insert(remarks.warnings.end(), warnings.begin(), warnings.end());
    remarks.shortfalls.insert(remarks.shortfalls.end(), shortfalls.begin(), shortfalls.end());
  }
  auto told = remarks.warnings;
  told.insert(told.end(), remarks.shortfalls.begin(), remarks.shortfalls.end());
  find_all_events(result, options, labelled.parts, folder, progress);
  write_outputs(result, options, labelled.parts, folder, configuration, told, progress);
  return result;
}

Remarks run_environments(const EnvironmentsOptions& options, const fs::path& folder,
                         Progress& progress, const Say& say) {
  LabelledTrajectories all{.plans = plan_trajectories(options),
                           .masks = {},
                           .dictionary = {},
                           .kernel = {},
                           .parts = folder / "parts"};
  check_times(all.plans, options);
  all.dictionary = choose_dictionary(options, all.plans);
  const FrameLabeller labeller(all.dictionary.dictionary, options);
  all.kernel = labeller.kernel_name();
  Remarks remarks;
  std::vector<fs::path> inputs;
  for (const auto& plan : all.plans) {
    all.masks.push_back(make_atom_mask(options.atoms, all.dictionary.dictionary.element,
                                       plan.reader->read(plan.frames.front()), plan.path.string()));
    inputs.push_back(plan.path);
    remarks.warnings.insert(remarks.warnings.end(), plan.warnings.begin(), plan.warnings.end());
  }
  for (const auto& warning : remarks.warnings) say("warning: " + warning);
  const std::size_t said = remarks.warnings.size();
  const FolderLock lock(folder);
  label_all(all.plans, labeller, all.dictionary, options, all.parts, progress, say);
  OutputFolder output(folder);
  const auto result = write_environments(std::move(all), options, relative_yaml(options, folder),
                                         output.scratch(), remarks, progress);
  for (std::size_t i = said; i < remarks.warnings.size(); ++i) {
    say("warning: " + remarks.warnings[i]);
  }
  for (const auto& shortfall : remarks.shortfalls) say("warning: " + shortfall);
  if (result.all_single()) say("single structures: populations, but no transitions");
  output.commit(earlier_outputs(folder), inputs);
  return remarks;
}

}  // namespace adatom::pipeline
