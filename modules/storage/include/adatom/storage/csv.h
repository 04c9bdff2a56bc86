#pragma once
// Tables as CSV (RFC 4180: quoted fields, CRLF or LF read, LF written).
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace adatom::storage {

/// A table with a header row; cells are text, in rows.
class Table {
 public:
  /// @throws InputError if two columns have the same name
  explicit Table(std::vector<std::string> header);
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  /// Appends a row; it must have as many cells as the header (else std::invalid_argument).
  void add_row(std::vector<std::string> cells);
  [[nodiscard]] const std::vector<std::string>& row(std::size_t index) const {
    return rows_[index];
  }
  [[nodiscard]] bool has(std::string_view column) const;
  /// @throws InputError naming source, line and column if absent or a cell is no number; "nan" and
  /// "inf" are numbers here
  [[nodiscard]] std::vector<double> numbers(std::string_view column) const;
  [[nodiscard]] std::vector<long long> integers(std::string_view column) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view column) const;
  /// The CSV. Cells with a comma, a quote, a line break or a blank at an end are quoted.
  [[nodiscard]] std::string text() const;

  /// "file.csv:12", where a row stands, for messages; "file.csv row 3" in a table made here.
  [[nodiscard]] std::string place(std::size_t row) const;

  std::string source;  ///< file name for messages

 private:
  friend Table parse_csv(std::string_view text, std::string source);
  [[nodiscard]] std::size_t index_of(std::string_view column) const;

  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> lines_;  ///< where each row began in its file; empty if made here
};

/// Reads a table: the first row is the header; empty lines and a UTF-8 byte order mark are skipped;
/// blanks around an unquoted cell do not count.
/// @throws InputError with file and line: missing, no header, a row of another length
[[nodiscard]] Table read_csv(const std::filesystem::path& path);
[[nodiscard]] Table parse_csv(std::string_view text, std::string source);

/// A cell: shortest round-trip text for doubles, plain for integers.
[[nodiscard]] std::string cell(double value);
[[nodiscard]] std::string cell(long long value);

}  // namespace adatom::storage
