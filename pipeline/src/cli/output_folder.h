#pragma once
// The folder that -o names.
#include <filesystem>
#include <vector>

namespace adatom::pipeline {

/// Files are made in a hidden folder inside it and moved to their places in the end: each is
/// complete or absent, and a failed command leaves none. Other files there stay as they are.
class OutputFolder {
 public:
  /// Creates it, and removes the hidden folders that killed programs left in it.
  /// @throws InputError if that cannot be
  explicit OutputFolder(const std::filesystem::path& folder);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& scratch() const { return scratch_; }
  /// Moves everything to its place. Before that those of the `earlier` files (of the same command,
  /// relative to the folder) that were not made anew are removed, but none of `inputs`.
  /// @throws InputError: a folder stands where a file belongs
  void commit(const std::vector<std::filesystem::path>& earlier = {},
              const std::vector<std::filesystem::path>& inputs = {});

 private:
  void make_scratch();
  std::filesystem::path folder_;
  std::filesystem::path scratch_;
  int lock_ = -1;  ///< held on the hidden folder while the program lives
  bool is_new_ = false;
};

}  // namespace adatom::pipeline
