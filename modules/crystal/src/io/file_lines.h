#pragma once
// The lines of a file through a buffer.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::crystal {

/// A file descriptor that is closed at the end of its life.
class OpenFile {
 public:
  /// @throws InputError, SystemFailure: it cannot be opened
  OpenFile(const std::filesystem::path& path, int flags);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// As many bytes as there are from `offset` on, at most `size`.
  std::size_t read(char* bytes, std::size_t size, std::uint64_t offset) const;
  [[noreturn]] void fail(const char* what) const;

 private:
  std::string name_;
  int descriptor_;
};

enum class LineEnd {
  found,
  missing,  ///< the file ends in the line
  file,     ///< there is no further line
  far,      ///< no end within the longest line that is read: no text
};

class FileLines {
 public:
  static constexpr std::size_t longest_line = 1 << 20;

  explicit FileLines(const std::filesystem::path& path);

  /// The next line, less its end; it holds until the next call.
  LineEnd next(std::string_view& line);
  /// Goes back before the line that came last.
  void back();

  /// Keeps what comes from the line that came last on, until `forget`.
  void keep();
  void forget() { is_kept_ = false; }
  /// What was kept, up to where reading stands.
  [[nodiscard]] std::string_view kept() const { return {buffer_.data() + kept_, at_ - kept_}; }

  [[nodiscard]] std::uint64_t offset() const { return buffer_offset_ + at_; }
  [[nodiscard]] std::uint64_t line_offset() const { return buffer_offset_ + line_; }
  [[nodiscard]] std::size_t line_number() const { return number_; }

 private:
  [[nodiscard]] bool refill();

  OpenFile file_;
  std::vector<char> buffer_;
  std::uint64_t buffer_offset_ = 0;  ///< of its first byte in the file
  std::size_t kept_ = 0;
  std::size_t line_ = 0;  ///< where the line that came last begins
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t number_ = 0;
  bool is_kept_ = false;
};

}  // namespace adatom::crystal
