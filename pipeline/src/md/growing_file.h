#pragma once
// A file that is written at its end only, and can be cut back to where a checkpoint was made.
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace adatom::pipeline {

class GrowingFile {
 public:
  /// Opens the file and cuts off what is behind `bytes`; 0 begins it anew.
  /// @throws InputError: it is shorter than that, or cannot be written
  GrowingFile(std::filesystem::path path, std::int64_t bytes);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// @throws SystemFailure: the disk is full, ...
  void append(std::string_view text);
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  /// Waits until all of it is on the disk.
  void sync();

 private:
  [[noreturn]] void fail(int error) const;
  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t bytes_ = 0;
};

}  // namespace adatom::pipeline
