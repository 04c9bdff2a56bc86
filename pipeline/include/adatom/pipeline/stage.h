#pragma once
// What a stage is to the runner. A map stage has items that do not depend on one another and a
// result over all of them; a reduce stage has no items, only a result.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/base/progress.h"
#include "adatom/pipeline/manifest.h"
#include "adatom/pipeline/say.h"

namespace adatom::pipeline {

/// Something a calculation reads.
struct Input {
  std::string name;                   ///< how messages and the manifest call it
  std::filesystem::path path;         ///< where it lies; never part of a key
  std::optional<std::string> sha256;  ///< nothing: an earlier stage has yet to make it
  std::string stage = {};             ///< which one; empty: it comes from outside the run
};

/// One independent piece of a map stage, or the result of a stage as a whole.
struct Item {
  std::string name;        ///< "frame 7"; unique in its stage
  std::string parameters;  ///< what else of it can change its outputs; part of the key
  std::size_t index = 0;   ///< position among the items
  std::vector<Input> inputs;
};

/// An item of an earlier stage, or that stage's result.
struct Piece {
  std::string stage;
  std::string name;
  std::filesystem::path folder;
  std::optional<Record> record;  ///< nothing: not computed yet

  /// One of its files as an input of that name, or of another.
  /// @throws std::logic_error if it is computed and has no such file
  [[nodiscard]] Input file(std::string_view file, std::string_view input_name) const;
  [[nodiscard]] Input file(std::string_view file_name) const { return file(file_name, file_name); }
  [[nodiscard]] bool has(std::string_view file) const;
};

struct StageOutputs {
  std::string stage;
  std::filesystem::path folder;
  std::vector<Piece> items;
  Piece result;
  std::vector<OptionValue> options;
  /// The manifest as an input: everything the stage recorded.
  Input manifest;
};

/// What the stages before this one made; for a result, the items of the stage itself as well.
class Upstream {
 public:
  explicit Upstream(std::span<const StageOutputs> stages) : stages_(stages) {}
  /// Null if that stage is not part of the run.
  [[nodiscard]] const StageOutputs* find(std::string_view stage) const;
  /// @throws std::logic_error if that stage is not part of the run
  [[nodiscard]] const StageOutputs& of(std::string_view stage) const;
  [[nodiscard]] std::span<const StageOutputs> stages() const { return stages_; }

 private:
  std::span<const StageOutputs> stages_;
};

/// Where a long calculation keeps its state, to go on from it after a kill. A later save replaces
/// an earlier one; what is saved is gone once the item is done.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  [[nodiscard]] virtual std::optional<std::string> load() const = 0;
  virtual void save(std::string_view state) = 0;
};

/// What a calculation is given: an empty folder for its files, and whom to tell how far it is.
struct Work {
  const std::filesystem::path& folder;
  Checkpoint& checkpoint;
  Progress& progress;
  Say say = [](const std::string&) {};
  /// A folder for files that grow, made by whoever needs it: what a killed attempt left there is
  /// still there. It is gone once the item is done; what belongs to the item is linked from there.
  std::filesystem::path kept = {};
  /// Folders of other items of the stage that are finished and undamaged, and what others that were
  /// begun have kept: a longer calculation may copy from a shorter one.
  std::function<std::vector<std::filesystem::path>()> others = [] {
    return std::vector<std::filesystem::path>();
  };
};

class Stage {
 public:
  virtual ~Stage() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Raised whenever the same options and inputs would give other outputs than before.
  [[nodiscard]] virtual std::int64_t version() const = 0;
  /// Every option that can change the outputs.
  [[nodiscard]] virtual std::vector<OptionValue> options() const = 0;
  /// Nothing for a stage that draws no random numbers.
  [[nodiscard]] virtual std::optional<std::uint64_t> seed() const = 0;

  /// The items in order; none for a reduce stage.
  [[nodiscard]] virtual std::vector<Item> items(const Upstream& upstream) const = 0;
  /// Writes the item's files. Called for several items at once.
  virtual Remarks compute_item(const Item& item, const Work& work) const = 0;
  /// What the result reads (of its own items, or of earlier stages).
  [[nodiscard]] virtual std::vector<Input> result_inputs(const Upstream& upstream) const = 0;
  /// Writes the files of the stage as a whole.
  virtual Remarks compute_result(const Upstream& upstream, const Work& work) const = 0;
  /// Files of the result that stand in the run directory itself as well.
  [[nodiscard]] virtual std::vector<std::string> published() const = 0;
};

/// SHA-256 over stage name, version, options, seed, the item's parameters and its inputs' hashes;
/// nothing while an input is not there yet.
[[nodiscard]] std::optional<std::string> key_of(const Stage& stage, const Item& item);

}  // namespace adatom::pipeline
