#include "adatom/pipeline/input_tables.h"

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/storage/csv.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

std::string place(const std::string& source, std::size_t line) {
  return fmt::format("{}:{}", source, line);
}

void require_rows(const storage::Table& table) {
  if (table.rows() == 0) {
    throw InputError(Complaint{"the table has no rows", table.source, {}, {}});
  }
}

std::vector<double> finite_numbers(const storage::Table& table, const std::string& column) {
  auto values = table.numbers(column);
  std::vector<Complaint> complaints;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (std::isfinite(values[row])) continue;
    complaints.push_back({fmt::format("{} is not finite", column), table.place(row),
                          shortest(values[row]), "remove the row"});
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  return values;
}

std::vector<double> numbers_if_there(const storage::Table& table, const std::string& column) {
  return table.has(column) ? finite_numbers(table, column) : std::vector<double>{};
}

std::vector<std::int64_t> integers_if_there(const storage::Table& table,
                                            const std::string& column) {
  if (!table.has(column)) return {};
  const auto values = table.integers(column);
  return {values.begin(), values.end()};
}

// One number a line; nothing if the text is no such list.
std::optional<std::vector<double>> parse_plain_list(const std::string& text,
                                                    const std::string& source) {
  std::vector<double> values;
  std::size_t line = 0;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string word = text.substr(begin, end - begin);
    if (!word.empty() && word.back() == '\r') word.pop_back();
    begin = end + 1;
    if (word.find_first_not_of(" \t") == std::string::npos) continue;
    const auto number = parse_double(word);
    if (!number && values.empty()) return {};
    if (!number || !std::isfinite(*number)) {
      throw InputError(Complaint{"not a cross-section", place(source, line + 1), '\'' + word + '\'',
                                 "give one number a line"});
    }
    values.push_back(*number);
  }
  return values;
}

counting::Library library_of_table(const storage::Table& table) {
  require_rows(table);
  counting::Library library;
  if (!table.has("atom_count") && table.header().size() == 1) {
    library.scs_angstrom2 = finite_numbers(table, "scs_angstrom2");
    return library;
  }
  const auto counts = table.integers("atom_count");
  const auto values = finite_numbers(table, "scs_angstrom2");
  std::map<long long, std::size_t> row_of;
  for (std::size_t row = 0; row < counts.size(); ++row) {
    const auto [former, fresh] = row_of.emplace(counts[row], row);
    if (fresh) continue;
    throw InputError(Complaint{fmt::format("{} atoms stand here again", counts[row]),
                               table.place(row), "the first is at " + table.place(former->second),
                               "keep the rows of one element and one detector only"});
  }
  long long expected = 1;
  for (const auto& [count, row] : row_of) {
    if (count == 0 && values[row] == 0.0) continue;  // nothing scatters nothing
    if (count != expected) {
      throw InputError(Complaint{fmt::format("the library has no entry for {} atoms", expected),
                                 table.place(row),
                                 "atom counts must be 1, 2, 3, ... without gaps",
                                 {}});
    }
    library.scs_angstrom2.push_back(values[row]);
    ++expected;
  }
  return library;
}

}  // namespace

std::vector<columns::Position> StartPositions::of(std::int64_t index) const {
  if (frame.empty()) return positions;
  std::vector<columns::Position> chosen;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    if (frame[i] == index) chosen.push_back(positions[i]);
  }
  return chosen;
}

StartPositions read_start_positions(const fs::path& path) {
  const auto table = storage::read_csv(path);
  require_rows(table);
  const auto x = finite_numbers(table, "x_angstrom");
  const auto y = finite_numbers(table, "y_angstrom");
  StartPositions start;
  for (std::size_t i = 0; i < x.size(); ++i) start.positions.push_back({x[i], y[i]});
  start.frame = integers_if_there(table, "frame");
  return start;
}

MeasuredColumns read_measured_columns(const fs::path& path) {
  const auto table = storage::read_csv(path);
  require_rows(table);
  MeasuredColumns columns;
  columns.scs_angstrom2 = finite_numbers(table, "scs_angstrom2");
  if (table.has("scs_stderr_angstrom2")) {
    // An image without noise determines none: they are infinite, and only some options need them.
    columns.scs_stderr_angstrom2 = table.numbers("scs_stderr_angstrom2");
    for (double& value : columns.scs_stderr_angstrom2) {
      if (std::isnan(value)) value = std::numeric_limits<double>::infinity();
    }
  }
  columns.x_angstrom = numbers_if_there(table, "x_angstrom");
  columns.y_angstrom = numbers_if_there(table, "y_angstrom");
  columns.frame = integers_if_there(table, "frame");
  if (columns.frame.empty()) columns.frame.assign(table.rows(), 0);
  columns.column_id = integers_if_there(table, "column_id");
  if (columns.column_id.empty()) {
    std::map<std::int64_t, std::int64_t> next;
    for (const auto frame : columns.frame) columns.column_id.push_back(next[frame]++);
  }
  return columns;
}

counting::Library read_library(const fs::path& path) {
  const std::string text = storage::read_file(path);
  counting::Library library;
  if (auto list = parse_plain_list(text, path.string())) {
    library.scs_angstrom2 = std::move(*list);
  } else {
    library = library_of_table(storage::parse_csv(text, path.string()));
  }
  std::vector<Complaint> complaints;
  for (const auto& issue : library.validate()) {
    complaints.push_back({issue.name, path.string(), issue.message, {}});
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  return library;
}

}  // namespace adatom::pipeline
