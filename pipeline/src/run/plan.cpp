#include "adatom/pipeline/plan.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <system_error>

#include "adatom/base/parallel.h"
#include "adatom/pipeline/sha256.h"
#include "adatom/storage/files.h"
#include "assess.h"

namespace adatom::pipeline {
namespace {

namespace fs = std::filesystem;

PiecePlan assess(const Stage& stage, Item item, const auto& folder_of_key) {
  PiecePlan piece;
  piece.key = key_of(stage, item);
  piece.item = std::move(item);
  if (!piece.key) {
    piece.state = PieceState::waits;
    return piece;
  }
  const fs::path folder = folder_of_key(*piece.key);
  std::error_code error;
  if (!fs::exists(folder, error)) return piece;
  std::optional<Record> record = read_record(folder);
  if (!record) {
    piece.damage = {"record.json: missing or damaged"};
  } else if (record->key == *piece.key) {
    piece.damage = find_damage(folder, *record);
    if (piece.damage.empty()) {
      piece.state = PieceState::done;
      piece.record = std::move(record);
    }
  }
  return piece;
}

bool all_done(const StagePlan& plan) {
  return plan.items_done() && plan.result.state == PieceState::done;
}

}  // namespace

std::vector<PiecePlan> assess_items(const StageFolder& folder, const Stage& stage,
                                    std::span<const StageOutputs> upstream) {
  std::vector<Item> items = stage.items(Upstream(upstream));
  std::set<std::string> names;
  for (const Item& item : items) {
    if (!names.insert(item.name).second) {
      throw std::logic_error(stage.name() + " has two items " + item.name);
    }
  }
  std::vector<PiecePlan> pieces(items.size());
  parallel_for(items.size(), [&](std::size_t i) {
    pieces[i] = assess(stage, std::move(items[i]),
                       [&folder](const std::string& key) { return folder.item(key); });
  });
  return pieces;
}

PiecePlan assess_result(const StageFolder& folder, const Stage& stage,
                        std::span<const StageOutputs> upstream) {
  Item item{.name = "result", .parameters = "result", .index = 0, .inputs = {}};
  item.inputs = stage.result_inputs(Upstream(upstream));
  return assess(stage, std::move(item), [&folder](const std::string&) { return folder.result(); });
}

Manifest make_manifest(const Stage& stage, const StagePlan& plan) {
  Manifest manifest{.stage = stage.name(),
                    .version = stage.version(),
                    .seed = stage.seed(),
                    .options = stage.options(),
                    .items = {},
                    .result = plan.result.record.value(),
                    .published = stage.published()};
  for (const PiecePlan& piece : plan.items) {
    manifest.items.push_back({piece.item.name, piece.record.value()});
  }
  return manifest;
}

bool StagePlan::items_done() const {
  return std::ranges::all_of(
      items, [](const PiecePlan& piece) { return piece.state == PieceState::done; });
}

bool StagePlan::up_to_date() const {
  return manifest_current && published_current && all_done(*this);
}

std::string StagePlan::text() const {
  if (up_to_date()) return stage + ": up to date";
  std::string line = stage + ": ";
  for (std::size_t i = 0; i < reasons.size(); ++i) line += (i == 0 ? "" : "; ") + reasons[i];
  const auto open = std::ranges::count_if(
      items, [](const PiecePlan& piece) { return piece.state != PieceState::done; });
  if (!items.empty()) {
    line += " (" + std::to_string(open) + " of " + std::to_string(items.size()) + " items)";
  }
  return line;
}

StageOutputs outputs_of(const RunDirectory& directory, const Stage& stage, const StagePlan& plan) {
  const StageFolder folder = directory.stage(stage.name());
  StageOutputs outputs;
  outputs.stage = stage.name();
  outputs.folder = folder.path();
  outputs.options = stage.options();
  for (const PiecePlan& piece : plan.items) {
    outputs.items.push_back(
        {outputs.stage, piece.item.name, folder.item(piece.key.value_or("")), piece.record});
  }
  outputs.result = {outputs.stage, "result", folder.result(), plan.result.record};
  outputs.manifest = {outputs.stage, folder.manifest(), {}, outputs.stage};
  if (all_done(plan)) outputs.manifest.sha256 = sha256(to_json(make_manifest(stage, plan)));
  return outputs;
}

StagePlan plan_stage(const RunDirectory& directory, const Stage& stage,
                     std::span<const StageOutputs> upstream) {
  const StageFolder folder = directory.stage(stage.name());
  StagePlan plan;
  plan.stage = stage.name();
  plan.items = assess_items(folder, stage, upstream);
  std::vector<StageOutputs> with_itself(upstream.begin(), upstream.end());
  with_itself.push_back(outputs_of(directory, stage, plan));
  plan.result = assess_result(folder, stage, with_itself);
  std::error_code error;
  plan.manifest_current =
      all_done(plan) && fs::is_regular_file(folder.manifest(), error) &&
      storage::read_file(folder.manifest()) == to_json(make_manifest(stage, plan));
  plan.published_current =
      all_done(plan) && damaged_copies(directory, stage.published(), *plan.result.record).empty();
  if (!plan.up_to_date()) plan.reasons = explain(directory, stage, plan);
  return plan;
}

std::vector<StagePlan> plan_run(const RunDirectory& directory, const StageList& stages) {
  std::vector<StagePlan> plans;
  std::vector<StageOutputs> upstream;
  for (const auto& stage : stages) {
    plans.push_back(plan_stage(directory, *stage, upstream));
    upstream.push_back(outputs_of(directory, *stage, plans.back()));
  }
  return plans;
}

}  // namespace adatom::pipeline
