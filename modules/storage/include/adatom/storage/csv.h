#pragma once
// Tables as CSV (RFC 4180: quoted fields, CRLF or LF read, LF written).
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::storage {

/// A table with a header row; cells are text, in rows.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// Appends a row; it must have as many cells as the header.
  void add_row(std::vector<std::string> cells);
  [[nodiscard]] const std::vector<std::string>& row(std::size_t index) const { return rows_[index]; }
  [[nodiscard]] bool has(std::string_view column) const;
  /// @throws InputError naming source, line and column if absent or a cell is no number
  [[nodiscard]] std::vector<double> numbers(std::string_view column) const;
  [[nodiscard]] std::vector<long long> integers(std::string_view column) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view column) const;
  [[nodiscard]] std::string text() const;  ///< the CSV

  std::string source;  ///< file name for messages

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// @throws InputError with file and line: missing, no header, a row of another length
[[nodiscard]] Table read_csv(const std::filesystem::path& path);
[[nodiscard]] Table parse_csv(std::string_view text, std::string source);

/// A cell: shortest round-trip text for doubles, plain for integers.
[[nodiscard]] std::string cell(double value);
[[nodiscard]] std::string cell(long long value);

}  // namespace adatom::storage
