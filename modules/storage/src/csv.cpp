#include "adatom/storage/csv.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/storage/files.h"

namespace adatom::storage {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string line_place(const std::string& source, std::size_t line) {
  return source + ":" + std::to_string(line);
}

/// Splits CSV text into rows of cells.
class Scanner {
 public:
  Scanner(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  /// The next row that is not empty, or nothing at the end. `line()` then says where it began.
  std::optional<std::vector<std::string>> next_row() {
    for (;;) {
      if (at_ >= text_.size()) return std::nullopt;
      row_line_ = line_;
      std::vector<std::string> cells;
      bool quoted = false;
      do {
        cells.push_back(next_cell(quoted));
      } while (take(','));
      end_line();
      if (cells.size() > 1 || quoted || !cells[0].empty()) return cells;
    }
  }
  [[nodiscard]] std::size_t line() const { return row_line_; }

 private:
  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void end_line() {
    (void)take('\r');
    if (take('\n')) ++line_;
  }
  [[nodiscard]] bool at_line_end() const {
    return text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  }

  std::string next_cell(bool& quoted) {
    const auto content = text_.find_first_not_of(blanks, at_);
    if (content != std::string_view::npos && text_[content] == '"') {
      at_ = content + 1;
      quoted = true;
      return quoted_cell();
    }
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) ++at_;
    return std::string(trimmed(text_.substr(begin, at_ - begin)));
  }

  std::string quoted_cell() {
    const auto opened = line_;
    std::string value;
    for (;;) {
      if (at_ >= text_.size()) {
        throw InputError(Complaint{"a quoted cell is never closed", line_place(source_, opened),
                                   "the file ends inside it", "add the missing quote"});
      }
      const char c = text_[at_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        value += c;
      } else if (!take('"')) {
        break;
      } else {
        value += '"';
      }
    }
    while (at_ < text_.size() && blanks.find(text_[at_]) != std::string_view::npos) ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
      throw InputError(Complaint{"text after a closing quote", line_place(source_, line_), "",
                                 "double the quotes inside a quoted cell"});
    }
    return value;
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t row_line_ = 1;
};

std::string quoted_if_needed(const std::string& value) {
  const bool plain =
      value.find_first_of(",\"\r\n") == std::string::npos && trimmed(value).size() == value.size();
  if (plain) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

void append_row(std::string& out, const std::vector<std::string>& cells) {
  // A lone empty cell would read back as an empty line.
  if (cells.size() == 1 && cells[0].empty()) out += "\"\"";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += quoted_if_needed(cells[i]);
  }
  out += '\n';
}

}  // namespace

Table::Table(std::vector<std::string> header) : header_(std::move(header)) {
  auto sorted = header_;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) {
    throw InputError(Complaint{"column " + *twice + " stands twice in the header", "", "", ""});
  }
}

void Table::add_row(std::vector<std::string> cells) {
  if (cells.size() != header_.size()) {
    throw std::invalid_argument("Table::add_row: a row of " + std::to_string(cells.size()) +
                                " cells under a header of " + std::to_string(header_.size()));
  }
  rows_.push_back(std::move(cells));
}

bool Table::has(std::string_view column) const {
  return std::find(header_.begin(), header_.end(), column) != header_.end();
}

std::size_t Table::index_of(std::string_view column) const {
  const auto found = std::find(header_.begin(), header_.end(), column);
  if (found == header_.end()) {
    std::string names;
    for (const auto& name : header_) names += (names.empty() ? "" : ", ") + name;
    throw InputError(Complaint{"column " + std::string(column) + " is missing", source,
                               "the columns are " + names, "add it or rename a column"});
  }
  return static_cast<std::size_t>(found - header_.begin());
}

std::string Table::place(std::size_t row) const {
  return row < lines_.size() ? line_place(source, lines_[row])
                             : source + " row " + std::to_string(row + 1);
}

std::vector<double> Table::numbers(std::string_view column) const {
  const auto index = index_of(column);
  std::vector<double> values;
  values.reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto value = parse_double(rows_[i][index]);
    if (!value) {
      throw InputError(
          Complaint{"'" + rows_[i][index] + "' in column " + std::string(column) + " is no number",
                    place(i), "", ""});
    }
    values.push_back(*value);
  }
  return values;
}

std::vector<long long> Table::integers(std::string_view column) const {
  const auto index = index_of(column);
  std::vector<long long> values;
  values.reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto value = parse_integer(rows_[i][index]);
    if (!value) {
      throw InputError(Complaint{
          "'" + rows_[i][index] + "' in column " + std::string(column) + " is no whole number",
          place(i), "", ""});
    }
    values.push_back(*value);
  }
  return values;
}

std::vector<std::string> Table::texts(std::string_view column) const {
  const auto index = index_of(column);
  std::vector<std::string> values;
  values.reserve(rows_.size());
  for (const auto& cells : rows_) values.push_back(cells[index]);
  return values;
}

std::string Table::text() const {
  std::string out;
  append_row(out, header_);
  for (const auto& cells : rows_) append_row(out, cells);
  return out;
}

Table parse_csv(std::string_view text, std::string source) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  Scanner scanner(text, source);
  auto header = scanner.next_row();
  if (!header) {
    throw InputError(Complaint{"the table has no header row", source, "the file is empty", ""});
  }
  for (const auto& name : *header) {
    if (std::count(header->begin(), header->end(), name) > 1) {
      throw InputError(Complaint{"column " + name + " stands twice in the header",
                                 line_place(source, scanner.line()), "", "rename one of them"});
    }
  }
  Table table(std::move(*header));
  while (auto cells = scanner.next_row()) {
    if (cells->size() != table.header_.size()) {
      throw InputError(Complaint{"a row of another length", line_place(source, scanner.line()),
                                 std::to_string(cells->size()) + " cells under a header of " +
                                     std::to_string(table.header_.size()),
                                 ""});
    }
    table.lines_.push_back(scanner.line());
    table.rows_.push_back(std::move(*cells));
  }
  table.source = std::move(source);
  return table;
}

Table read_csv(const std::filesystem::path& path) {
  return parse_csv(read_file(path), path.string());
}

std::string cell(double value) { return shortest(value); }
std::string cell(long long value) { return std::to_string(value); }

}  // namespace adatom::storage
