#include "adatom/pipeline/runner.h"

#include <algorithm>
#include <chrono>

#include "adatom/base/error.h"
#include "assess.h"
#include "file_system.h"
#include "group_remarks.h"
#include "stage_run.h"
#include "store.h"

namespace adatom::pipeline {
namespace {

/// The stages of the list that may compute: [first, last], and those that must.
struct Selection {
  std::size_t first = 0;
  std::size_t last = 0;
  std::vector<bool> forced;
};

std::size_t find_stage(const StageList& stages, const std::string& name, const char* option) {
  std::string names;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i]->name() == name) return i;
    names += (i == 0 ? "" : ", ") + stages[i]->name();
  }
  throw InputError({.what = "this run has no stage " + name,
                    .where = option,
                    .why = "its stages are " + names,
                    .remedy = "choose one of them"});
}

Selection select(const StageList& stages, const RunRequest& request) {
  if (request.only && (request.from || request.to)) {
    throw InputError({.what = "--only excludes --from and --to",
                      .where = "--only",
                      .why = {},
                      .remedy = "give one or the other"});
  }
  Selection selection{0, stages.size() - 1, std::vector<bool>(stages.size())};
  if (request.only) {
    selection.first = selection.last = find_stage(stages, *request.only, "--only");
  }
  if (request.from) selection.first = find_stage(stages, *request.from, "--from");
  if (request.to) selection.last = find_stage(stages, *request.to, "--to");
  if (selection.first > selection.last) {
    throw InputError({.what = *request.from + " comes after " + *request.to,
                      .where = "--from",
                      .why = {},
                      .remedy = "exchange the two"});
  }
  for (const std::string& name : request.force) {
    const std::size_t index = find_stage(stages, name, "--force");
    if (index < selection.first || index > selection.last) {
      throw InputError({.what = name + " is not among the chosen stages",
                        .where = "--force",
                        .why = {},
                        .remedy = "change --from, --to or --only"});
    }
    selection.forced[index] = true;
  }
  return selection;
}

/// Warnings and shortfalls of a finished stage, old or new, go to the outcome and the listener.
void collect_remarks(const StagePlan& plan, EventListener& listener, RunOutcome& outcome) {
  std::vector<ItemRemark> warnings;
  std::vector<ItemRemark> shortfalls;
  const auto add = [&](const PiecePlan& piece) {
    for (const std::string& text : piece.record.value().remarks.warnings) {
      warnings.push_back({piece.item.name, text});
      listener.hear({EventKind::warning, plan.stage, piece.item.name, text, {}});
    }
    for (const std::string& text : piece.record.value().remarks.shortfalls) {
      shortfalls.push_back({piece.item.name, text});
      listener.hear({EventKind::shortfall, plan.stage, piece.item.name, text, {}});
    }
  };
  for (const PiecePlan& piece : plan.items) add(piece);
  add(plan.result);
  for (const std::string& line : group_remarks(warnings, plan.items.size())) {
    outcome.warnings.push_back(plan.stage + ": " + line);
  }
  for (const std::string& line : group_remarks(shortfalls, plan.items.size())) {
    outcome.shortfalls.push_back(plan.stage + ": " + line);
  }
}

/// Half-written copies that a killed run left in the run directory itself.
void remove_half_files(const RunDirectory& directory, const StageList& stages) {
  std::vector<std::string> names = {directory.config().filename().string(),
                                    directory.provenance().filename().string()};
  for (const auto& stage : stages) {
    for (const std::string& name : stage->published()) names.push_back(name);
  }
  for (const std::string& entry : list_entries(directory.path())) {
    const bool half = std::ranges::any_of(
        names, [&entry](const std::string& name) { return entry.starts_with('.' + name + '.'); });
    if (half) remove_tree(directory.path() / entry);
  }
}

void require_up_to_date(const StagePlan& plan, const std::string& chosen) {
  if (plan.up_to_date()) return;
  throw InputError(
      {.what = "stage " + plan.stage + " is not up to date",
       .where = "before " + chosen,
       .why = plan.text(),
       .remedy = "run without --from and --only, or with --to " + plan.stage + " first"});
}

void run_chosen(const RunDirectory& directory, const StageList& stages, const Selection& chosen,
                EventListener& listener, Progress& progress, RunOutcome& outcome) {
  std::vector<StageOutputs> upstream;
  for (std::size_t i = 0; i <= chosen.last; ++i) {
    stop_if_cancelled(progress);
    const Stage& stage = *stages[i];
    StagePlan plan = plan_stage(directory, stage, upstream);
    if (i < chosen.first) {
      require_up_to_date(plan, stages[chosen.first]->name());
    } else if (plan.up_to_date() && !chosen.forced[i]) {
      // A kill between manifest and clean-up leaves remains.
      remove_leftovers(directory.stage(plan.stage), make_manifest(stage, plan));
      listener.hear({EventKind::stage_up_to_date, plan.stage, {}, {}, {}});
    } else {
      const auto start = std::chrono::steady_clock::now();
      listener.hear({EventKind::stage_started,
                     plan.stage,
                     {},
                     chosen.forced[i] ? plan.stage + ": forced" : plan.text(),
                     {}});
      plan = run_stage(directory, stage, std::move(plan),
                       chosen.forced[i] ? Recompute::everything : Recompute::what_is_missing,
                       upstream, listener, progress, outcome);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      listener.hear({EventKind::stage_finished, plan.stage, {}, {}, seconds.count()});
    }
    if (i >= chosen.first) {
      publish(directory, stage, plan);
      collect_remarks(plan, listener, outcome);
    }
    upstream.push_back(outputs_of(directory, stage, plan));
  }
}

}  // namespace

int RunOutcome::exit_code() const {
  if (!differences.empty()) return 1;
  return shortfalls.empty() ? 0 : 3;
}

RunOutcome run_stages(const RunDirectory& directory, const StageList& stages,
                      const RunRequest& request, EventListener& listener, Progress& progress) {
  const Selection chosen = select(stages, request);
  remove_half_files(directory, stages);
  RunOutcome outcome;
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  listener.hear({EventKind::run_started, {}, {}, {}, {}});
  try {
    run_chosen(directory, stages, chosen, listener, progress, outcome);
  } catch (const std::exception& error) {
    listener.hear({EventKind::run_stopped, {}, {}, error.what(), elapsed()});
    throw;
  }
  listener.hear({EventKind::run_finished, {}, {}, {}, elapsed()});
  return outcome;
}

}  // namespace adatom::pipeline
