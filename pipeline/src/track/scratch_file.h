#pragma once
// A file without a name, for what does not fit into memory: it is gone when the program ends,
// however that happens.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace adatom::pipeline {

class ScratchFile {
 public:
  /// @param folder on whose disk it is kept. @throws SystemFailure
  explicit ScratchFile(const std::filesystem::path& folder);
  ~ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;

  /// @throws SystemFailure: the disk is full, ...
  void append(std::span<const std::byte> bytes);
  /// @throws SystemFailure: not so many bytes there, ...
  void read(std::int64_t offset, std::span<std::byte> bytes) const;

 private:
  [[noreturn]] void fail(const char* action, int error) const;
  std::filesystem::path folder_;
  int file_ = -1;
};

}  // namespace adatom::pipeline
