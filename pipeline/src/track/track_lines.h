#pragma once
// A long table of `adatom track`, line by line.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::pipeline {

class TrackLines {
 public:
  /// @throws InputError: missing, or another header
  TrackLines(std::filesystem::path path, std::string_view header);
  /// The next line; false at the end. @throws InputError: not as many cells as columns
  bool next();
  [[nodiscard]] std::string_view text(std::size_t column) const { return cells_[column]; }
  /// @throws InputError: no number
  [[nodiscard]] double number(std::size_t column) const;
  [[nodiscard]] std::int64_t whole(std::size_t column) const;
  [[noreturn]] void refuse() const;
  [[nodiscard]] std::size_t columns() const { return names_.size(); }
  /// Which column has this name.
  [[nodiscard]] std::size_t column(std::string_view name) const;

 private:
  std::filesystem::path path_;
  std::ifstream file_;
  std::string line_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> names_;
};

}  // namespace adatom::pipeline
