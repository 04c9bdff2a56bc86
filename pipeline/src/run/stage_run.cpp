#include "stage_run.h"

#include <chrono>
#include <map>
#include <mutex>

#include "adatom/base/error.h"
#include "adatom/base/parallel.h"
#include "adatom/storage/files.h"
#include "assess.h"
#include "file_system.h"
#include "item_progress.h"
#include "store.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

/// Says of which piece an error speaks when it names no place itself.
InputError located(const InputError& error, const std::string& place) {
  std::vector<Complaint> complaints = error.complaints();
  for (Complaint& complaint : complaints) {
    complaint.where = complaint.where.empty() ? place : place + ": " + complaint.where;
  }
  return InputError(std::move(complaints));
}

class StageRun {
 public:
  StageRun(const RunDirectory& directory, const Stage& stage, Recompute recompute,
           EventListener& listener, Progress& progress, RunOutcome& outcome)
      : directory_(directory),
        folder_(directory.stage(stage.name())),
        stage_(stage),
        recompute_(recompute),
        listener_(listener),
        progress_(progress),
        outcome_(outcome) {}

  StagePlan run(StagePlan plan, std::span<const StageOutputs> upstream) {
    run_items(plan);
    std::vector<StageOutputs> with_itself(upstream.begin(), upstream.end());
    with_itself.push_back(outputs_of(directory_, stage_, plan));
    plan.result = assess_result(folder_, stage_, with_itself);
    if (plan.result.state != PieceState::done || recompute_ == Recompute::everything) {
      run_result(plan.result, Upstream(with_itself));
    }
    const Manifest manifest = make_manifest(stage_, plan);
    storage::write_file(folder_.manifest(), to_json(manifest));
    plan.manifest_current = true;
    plan.reasons.clear();
    remove_leftovers(folder_, manifest);
    return plan;
  }

 private:
  void run_items(StagePlan& plan) {
    // Two items may be the same work.
    std::map<std::string, std::vector<std::size_t>> pieces_of_key;
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < plan.items.size(); ++i) {
      const PiecePlan& piece = plan.items[i];
      if (piece.state == PieceState::done && recompute_ == Recompute::what_is_missing) continue;
      std::vector<std::size_t>& same = pieces_of_key[piece.key.value()];
      if (same.empty()) keys.push_back(*piece.key);
      same.push_back(i);
    }
    if (keys.empty()) return;
    const bool one_piece = plan.items.size() == 1;
    if (!one_piece) {
      progress_.begin(stage_.name(), plan.items.size());
      progress_.advance_found(plan.items.size() - keys.size());
    }
    parallel_for(keys.size(), [&](std::size_t k) {
      stop_if_cancelled(progress_);
      const std::vector<std::size_t>& same = pieces_of_key.at(keys[k]);
      ItemProgress quiet(progress_);
      Progress& progress = one_piece ? progress_ : quiet;
      run_piece(plan.items[same.front()], folder_.item(keys[k]), progress, [&](const Work& work) {
        return stage_.compute_item(plan.items[same.front()].item, work);
      });
      for (const std::size_t i : same) {
        plan.items[i].record = plan.items[same.front()].record;
        plan.items[i].state = PieceState::done;
      }
      if (!one_piece) quiet.finish();
    });
  }

  void run_result(PiecePlan& result, const Upstream& upstream) {
    run_piece(result, folder_.result(), progress_,
              [&](const Work& work) { return stage_.compute_result(upstream, work); });
  }

  void run_piece(PiecePlan& piece, const fs::path& target, Progress& progress,
                 const std::function<Remarks(const Work&)>& compute) {
    const auto start = std::chrono::steady_clock::now();
    const std::string& key = piece.key.value();
    std::optional<Record> record;
    try {
      const auto say = [&](const std::string& line) {
        const std::lock_guard lock(mutex_);
        listener_.hear({EventKind::notice, stage_.name(), piece.item.name, line, {}});
      };
      record = compute_piece(folder_, key, piece.item, progress, say, compute);
    } catch (const InputError& error) {
      throw located(error, stage_.name() + ", " + piece.item.name);
    }
    std::vector<std::string> different;
    if (piece.record) different = differing_files(*piece.record, *record);
    if (piece.record && different.empty()) {
      remove_tree(folder_.partial(key));
    } else {
      install_piece(folder_, key, target);
    }
    piece.record = std::move(record);
    piece.state = PieceState::done;
    piece.damage.clear();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    report(piece, different, seconds.count());
  }

  void report(const PiecePlan& piece, const std::vector<std::string>& different, double seconds) {
    const std::lock_guard lock(mutex_);
    ++outcome_.computed;
    const std::string& name = piece.item.name;
    listener_.hear({EventKind::item_finished, stage_.name(), name, {}, seconds});
    for (const std::string& file : different) {
      outcome_.differences.push_back(stage_.name() + ": " + name + ": " + file);
      listener_.hear(
          {EventKind::difference, stage_.name(), name, file + " differs from what was stored", {}});
    }
  }

  const RunDirectory& directory_;
  StageFolder folder_;
  const Stage& stage_;
  Recompute recompute_;
  EventListener& listener_;
  Progress& progress_;
  RunOutcome& outcome_;
  std::mutex mutex_;
};

}  // namespace

StagePlan run_stage(const RunDirectory& directory, const Stage& stage, StagePlan plan,
                    Recompute recompute, std::span<const StageOutputs> upstream,
                    EventListener& listener, Progress& progress, RunOutcome& outcome) {
  return StageRun(directory, stage, recompute, listener, progress, outcome)
      .run(std::move(plan), upstream);
}

void publish(const RunDirectory& directory, const Stage& stage, StagePlan& plan) {
  for (const std::string& name :
       damaged_copies(directory, stage.published(), plan.result.record.value())) {
    storage::write_file(directory.path() / name,
                        storage::read_file(directory.stage(stage.name()).result() / name));
  }
  plan.published_current = true;
}

}  // namespace adatom::pipeline
