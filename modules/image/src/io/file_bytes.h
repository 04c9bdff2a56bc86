#pragma once
// A file read at any place by any thread.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace adatom::image {

class FileBytes {
 public:
  /// @throws InputError: missing, a folder, unreadable
  explicit FileBytes(std::filesystem::path path);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// True if `count` bytes from `offset` on are inside the file.
  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t count) const {
    return offset <= size_ && count <= size_ - offset;
  }
  /// Reads at most out.size() bytes; how many there were.
  [[nodiscard]] std::size_t read_some(std::uint64_t offset, std::span<std::byte> out) const;
  /// @throws InputError if the file ends before out is full
  void read(std::uint64_t offset, std::span<std::byte> out) const;

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace adatom::image
