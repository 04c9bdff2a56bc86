#pragma once
// The folder that -o names.
#include <filesystem>
#include <string>

namespace adatom::pipeline {

/// Files are made in a hidden folder inside it and moved to their places in the end: each is
/// complete or absent, and a failed command leaves none. Other files there stay as they are.
class OutputFolder {
 public:
  /// Creates it. @throws InputError if that cannot be
  explicit OutputFolder(const std::filesystem::path& folder);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& scratch() const { return scratch_; }
  /// Moves everything to its place. @throws InputError: a folder stands where a file belongs
  void commit();

 private:
  std::filesystem::path folder_;
  std::filesystem::path scratch_;
  bool is_new_ = false;
};

}  // namespace adatom::pipeline
