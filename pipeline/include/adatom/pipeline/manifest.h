#pragma once
// What is recorded of a stage's finished work.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/pipeline/option_values.h"

namespace adatom::pipeline {

/// What a calculation has to say besides its files.
struct Remarks {
  std::map<std::string, double> metrics;  ///< finite numbers by name, unit in the name
  std::vector<std::string> warnings;
  /// Where it fell short of what was asked (not converged, not determined): the run ends with exit
  /// code 3, its files stand.
  std::vector<std::string> shortfalls;
  bool operator==(const Remarks&) const = default;
};

struct StoredFile {
  std::string name;  ///< relative to the folder of its item
  std::string sha256;
  std::uint64_t size = 0;
  bool operator==(const StoredFile&) const = default;
};

struct InputHash {
  std::string name;
  std::string sha256;
  bool operator==(const InputHash&) const = default;
};

/// One finished item (or the result of the stage as a whole). It is stored as record.json in the
/// item's own folder, so that an item is known to be done before the stage is.
struct Record {
  std::string key;
  std::vector<InputHash> inputs;
  std::vector<StoredFile> outputs;  ///< sorted by name; without record.json itself
  Remarks remarks;
  bool operator==(const Record&) const = default;
};

struct NamedRecord {
  std::string name;  ///< "frame 7"
  Record record;
};

/// A stage that is complete.
struct Manifest {
  std::string stage;
  std::int64_t version = 0;
  std::optional<std::uint64_t> seed;
  std::vector<OptionValue> options;
  std::vector<NamedRecord> items;
  Record result;
  std::vector<std::string> published;  ///< result files that stand in the run directory as well
};

/// JSON that carries the hash of its own content, so that damage to it shows.
[[nodiscard]] std::string to_json(const Record& record);
[[nodiscard]] std::string to_json(const Manifest& manifest);
/// Nothing if the text is not JSON, not of this form, or damaged.
[[nodiscard]] std::optional<Record> parse_record(std::string_view json);
[[nodiscard]] std::optional<Manifest> parse_manifest(std::string_view json);

}  // namespace adatom::pipeline
