#pragma once
// The finished parts of a long calculation in one file, while it runs.
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "adatom/base/part_store.h"

namespace adatom::pipeline {

/// Parts are appended to `path`, each with a check sum: one that a killed program left unfinished
/// is not taken. The file, and the folder it is in, come with the first part; another program that
/// writes the same file is refused.
class PartFile final : public PartStore {
 public:
  /// @throws InputError: another program is at work on it, or it cannot be read
  explicit PartFile(std::filesystem::path path);
  ~PartFile() override;
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  [[nodiscard]] bool load(std::size_t part, std::span<double> values) override;
  /// @throws SystemFailure: the disk is full, ...
  void save(std::size_t part, std::span<const double> values) override;
  /// How many parts an earlier program left.
  [[nodiscard]] std::size_t found() const { return found_; }
  /// When the results are where they belong.
  void remove();

 private:
  struct Place {
    std::int64_t offset = 0;
    std::size_t count = 0;
  };
  void open(int flags);
  void index();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t end_ = 0;
  std::size_t found_ = 0;
  std::map<std::size_t, Place> places_;
  std::mutex mutex_;
};

}  // namespace adatom::pipeline
