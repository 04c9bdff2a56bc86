#include "adatom/pipeline/stage.h"

#include <algorithm>
#include <stdexcept>

#include "adatom/pipeline/sha256.h"

namespace adatom::pipeline {
namespace {

/// Lengths before the texts, so that no two different lists of texts look the same.
void add_text(Sha256& hash, std::string_view text) {
  hash.add(std::to_string(text.size()) + ':');
  hash.add(text);
}

}  // namespace

Input Piece::file(std::string_view file, std::string_view input_name) const {
  Input input{std::string(input_name), folder / file, {}, stage};
  if (!record) return input;
  for (const StoredFile& stored : record->outputs) {
    if (stored.name == file) input.sha256 = stored.sha256;
  }
  if (!input.sha256) {
    throw std::logic_error(name + " has no file " + std::string(file));
  }
  return input;
}

bool Piece::has(std::string_view file) const {
  return record && std::ranges::any_of(record->outputs, [file](const StoredFile& stored) {
           return stored.name == file;
         });
}

const StageOutputs* Upstream::find(std::string_view stage) const {
  const auto found = std::ranges::find(stages_, stage, &StageOutputs::stage);
  return found == stages_.end() ? nullptr : &*found;
}

const StageOutputs& Upstream::of(std::string_view stage) const {
  const StageOutputs* found = find(stage);
  if (found == nullptr) throw std::logic_error("no stage " + std::string(stage) + " before");
  return *found;
}

std::optional<std::string> key_of(const Stage& stage, const Item& item) {
  Sha256 hash;
  add_text(hash, "adatom item 1");
  add_text(hash, stage.name());
  add_text(hash, std::to_string(stage.version()));
  add_text(hash, stage.seed() ? std::to_string(*stage.seed()) : "none");
  const std::vector<OptionValue> options = stage.options();
  add_text(hash, std::to_string(options.size()));
  for (const OptionValue& option : options) {
    add_text(hash, option.name);
    add_text(hash, option.value);
  }
  add_text(hash, item.parameters);
  for (const Input& input : item.inputs) {
    if (!input.sha256) return {};
    add_text(hash, input.name);
    add_text(hash, *input.sha256);
  }
  return hash.hex();
}

}  // namespace adatom::pipeline
