#pragma once
// What a series has so far: on disk, interval after interval, so that an interrupted one goes on.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "md/folder_lock.h"
#include "md/growing_file.h"

namespace adatom::pipeline {

/// `folder`/values holds one value (float64) for each atom, interval after interval; `folder`/state
/// says what they are and how many are whole.
class SeriesParts {
 public:
  /// @param key of everything the values depend on but the frames behind the first
  /// @throws InputError: another program is at work there
  SeriesParts(const std::filesystem::path& folder, const std::string& key, std::size_t atoms);

  /// Intervals that are there, and the print of the last frame they were made from.
  [[nodiscard]] std::size_t intervals() const { return intervals_; }
  [[nodiscard]] const std::string& last_frame() const { return last_frame_; }
  /// Drops all.
  void begin_anew();

  void append(std::span<const double> values);
  /// Makes what was appended last.
  void checkpoint(const std::string& last_frame);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path values_path() const { return folder_ / "values"; }

 private:
  void read_state();
  std::filesystem::path folder_;
  std::string key_;
  std::size_t atoms_;
  FolderLock lock_;
  std::size_t intervals_ = 0;
  std::string last_frame_ = {};
  std::unique_ptr<GrowingFile> file_;
};

}  // namespace adatom::pipeline
