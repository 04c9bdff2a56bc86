#pragma once
// The folders of a run, and the lock that keeps two runs apart.
//
//   runs/<name>/config.resolved.yaml  provenance.json  events.jsonl  report.html
//   runs/<name>/<stage>/manifest.json
//   runs/<name>/<stage>/items/<key>/...     one item's files and its record.json
//   runs/<name>/<stage>/result/...          the stage as a whole, and its record.json
//   runs/<name>/<stage>/.partial-<key>/...  what an interrupted item had finished
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/pipeline/manifest.h"

namespace adatom::pipeline {

/// Where one stage keeps its files.
class StageFolder {
 public:
  explicit StageFolder(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path manifest() const { return path_ / "manifest.json"; }
  [[nodiscard]] std::filesystem::path items() const { return path_ / "items"; }
  [[nodiscard]] std::filesystem::path item(std::string_view key) const { return items() / key; }
  [[nodiscard]] std::filesystem::path result() const { return path_ / "result"; }
  [[nodiscard]] std::filesystem::path partial(std::string_view key) const;
  /// Nothing if there is none or it is damaged.
  [[nodiscard]] std::optional<Manifest> read_manifest() const;

 private:
  std::filesystem::path path_;
};

class RunDirectory {
 public:
  /// Creates nothing.
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bool exists() const;
  [[nodiscard]] StageFolder stage(std::string_view name) const;
  [[nodiscard]] std::filesystem::path config() const { return path_ / "config.resolved.yaml"; }
  [[nodiscard]] std::filesystem::path provenance() const { return path_ / "provenance.json"; }
  [[nodiscard]] std::filesystem::path events() const { return path_ / "events.jsonl"; }
  /// Names of the folders in it that hold a stage, sorted.
  [[nodiscard]] std::vector<std::string> stages() const;

 private:
  std::filesystem::path path_;
};

/// Holds the run directory for this process alone while it lives; creates the directory.
class RunLock {
 public:
  /// @throws InputError: another process holds it, or the directory cannot be written
  explicit RunLock(const RunDirectory& directory);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// Does another process hold the lock now?
[[nodiscard]] bool is_locked(const RunDirectory& directory);

/// What of `record`'s files in `folder` is not as recorded, one line each ("columns.csv: its
/// content changed"). Reads and hashes every file.
[[nodiscard]] std::vector<std::string> find_damage(const std::filesystem::path& folder,
                                                   const Record& record);

/// The record of a finished item's folder; nothing if it is not there or damaged.
[[nodiscard]] std::optional<Record> read_record(const std::filesystem::path& folder);

}  // namespace adatom::pipeline
