#pragma once
// Keeps two programs from writing the same folder.
#include <filesystem>

namespace adatom::pipeline {

/// Holds `folder/.lock` while it lives; makes the folder where it is not there.
class FolderLock {
 public:
  /// @throws InputError: another program holds it, or the folder cannot be written
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace adatom::pipeline
