#pragma once
// Whole files: read, and written so that they are either complete or absent.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace adatom::storage {

/// @throws InputError: missing, a folder, unreadable
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// A file written piece by piece: beside the target, and under its name only once it is whole.
/// Creates missing folders. A target that exists and is no ordinary file (a pipe, /dev/stdout) is
/// written to as it is.
class FileWriter {
 public:
  /// @throws InputError if the folder cannot be written
  explicit FileWriter(const std::filesystem::path& path);
  /// Removes what was written, unless it was committed.
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// @throws SystemFailure: disk full, ...
  void append(std::string_view bytes);
  void append(std::span<const std::byte> bytes);
  /// Where the bytes stand until commit(), for libraries that write by name.
  [[nodiscard]] const std::filesystem::path& partial() const;
  /// Fsyncs, renames, fsyncs the folder.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A whole file through a FileWriter.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace adatom::storage
