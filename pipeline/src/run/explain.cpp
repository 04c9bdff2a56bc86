// Why a stage would run, in words.
#include <algorithm>
#include <map>
#include <set>

#include "assess.h"
#include "file_system.h"

namespace adatom::pipeline {
namespace {

/// Longer lists of items become a number.
constexpr std::size_t most_named = 4;

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

/// "frame 1, frame 7 changed" or "12 items changed".
std::string name_items(const std::vector<std::string>& names, const std::string& what) {
  if (names.size() > most_named) return counted(names.size(), "item") + ' ' + what;
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text + ' ' + what;
}

/// A file's hash says nothing to a reader.
std::string value_text(const std::string& value) {
  return value.starts_with("sha256:") ? "a file" : value;
}

void compare_options(const std::vector<OptionValue>& before, const std::vector<OptionValue>& now,
                     std::vector<std::string>& reasons) {
  std::map<std::string, std::string> old;
  for (const OptionValue& option : before) old[option.name] = option.value;
  for (const OptionValue& option : now) {
    const auto found = old.find(option.name);
    if (found == old.end()) {
      reasons.push_back(option.name + " is new (" + value_text(option.value) + ")");
      continue;
    }
    if (found->second != option.value) {
      const bool both_files =
          found->second.starts_with("sha256:") && option.value.starts_with("sha256:");
      reasons.push_back(both_files ? option.name + ": the file's content changed"
                                   : option.name + ' ' + value_text(found->second) + " -> " +
                                         value_text(option.value));
    }
    old.erase(found);
  }
  for (const auto& [name, value] : old) reasons.push_back(name + " is gone");
}

/// Names of inputs that differ from the record, or are new or gone.
std::vector<std::string> changed_inputs(const std::vector<Input>& now, const Record& record) {
  std::map<std::string, std::string> old;
  for (const InputHash& input : record.inputs) old[input.name] = input.sha256;
  std::vector<std::string> names;
  for (const Input& input : now) {
    const auto found = old.find(input.name);
    if (found == old.end()) {
      names.push_back(input.name);
    } else {
      if (input.sha256 && *input.sha256 != found->second) names.push_back(input.name);
      old.erase(found);
    }
  }
  for (const auto& [name, sha256] : old) names.push_back(name);
  return names;
}

/// "waits for frames, columns".
std::string waits_for(const std::vector<Input>& inputs) {
  std::set<std::string> stages;
  for (const Input& input : inputs) {
    if (!input.sha256) stages.insert(input.stage);
  }
  std::string text = "waits for ";
  for (const std::string& stage : stages) text += (text.back() == ' ' ? "" : ", ") + stage;
  return text;
}

void compare_items(const Manifest& old, const StagePlan& plan, std::vector<std::string>& reasons) {
  std::map<std::string, const Record*> records;
  for (const NamedRecord& item : old.items) records[item.name] = &item.record;
  std::size_t added = 0;
  std::vector<std::string> changed;
  for (const PiecePlan& piece : plan.items) {
    // One that is there may have another name only because another one before it came or went.
    const bool there = piece.state == PieceState::done;
    const auto found = records.find(piece.item.name);
    if (found == records.end()) {
      if (!there) ++added;
      continue;
    }
    if (!there && !changed_inputs(piece.item.inputs, *found->second).empty()) {
      changed.push_back(piece.item.name);
    }
    records.erase(found);
  }
  if (added > 0) reasons.push_back(counted(added, "new item"));
  if (!records.empty()) reasons.push_back(counted(records.size(), "item") + " gone");
  if (!changed.empty()) reasons.push_back(name_items(changed, "changed"));
  if (plan.items_done() && plan.result.state == PieceState::to_do && reasons.empty()) {
    const std::vector<std::string> inputs = changed_inputs(plan.result.item.inputs, old.result);
    if (inputs.size() > most_named) {
      reasons.push_back(counted(inputs.size(), "input") + " changed");
    } else {
      for (const std::string& name : inputs) reasons.push_back("input " + name + " changed");
    }
  }
}

void list_damage(const StagePlan& plan, std::vector<std::string>& reasons) {
  std::vector<std::string> names;
  for (const PiecePlan& piece : plan.items) {
    if (piece.damage.empty()) continue;
    names.push_back(piece.item.name);
    if (names.size() <= most_named) {
      reasons.push_back(piece.item.name + ": " + piece.damage.front());
    }
  }
  if (names.size() > most_named) {
    reasons.push_back(counted(names.size(), "item") + " damaged in all");
  }
  if (!plan.result.damage.empty()) reasons.push_back("result: " + plan.result.damage.front());
}

void list_waiting(const StagePlan& plan, std::vector<std::string>& reasons) {
  std::vector<std::string> names;
  std::vector<Input> inputs;
  for (const PiecePlan& piece : plan.items) {
    if (piece.state != PieceState::waits) continue;
    names.push_back(piece.item.name);
    inputs.insert(inputs.end(), piece.item.inputs.begin(), piece.item.inputs.end());
  }
  if (!names.empty()) {
    reasons.push_back(name_items(names, waits_for(inputs)));
  } else if (plan.items_done() && plan.result.state == PieceState::waits) {
    reasons.push_back(waits_for(plan.result.item.inputs));
  }
}

}  // namespace

std::vector<std::string> explain(const RunDirectory& directory, const Stage& stage,
                                 const StagePlan& plan) {
  const StageFolder folder = directory.stage(stage.name());
  std::vector<std::string> reasons;
  if (const std::optional<Manifest> old = folder.read_manifest()) {
    if (old->version != stage.version()) {
      reasons.push_back("algorithm version " + std::to_string(old->version) + " -> " +
                        std::to_string(stage.version()));
    }
    const auto seed_text = [](const std::optional<std::uint64_t>& seed) {
      return seed ? std::to_string(*seed) : std::string("none");
    };
    if (old->seed != stage.seed()) {
      reasons.push_back("seed " + seed_text(old->seed) + " -> " + seed_text(stage.seed()));
    }
    compare_options(old->options, stage.options(), reasons);
    compare_items(*old, plan, reasons);
  } else if (list_entries(folder.path()).empty()) {
    reasons.emplace_back("not run yet");
  } else {
    reasons.emplace_back("not finished");
  }
  list_damage(plan, reasons);
  list_waiting(plan, reasons);
  if (plan.items_done() && plan.result.state == PieceState::done) {
    for (const std::string& name :
         damaged_copies(directory, stage.published(), plan.result.record.value())) {
      reasons.push_back(name + ": missing or changed");
    }
  }
  if (reasons.empty()) reasons.emplace_back("its stored files are incomplete");
  return reasons;
}

}  // namespace adatom::pipeline
