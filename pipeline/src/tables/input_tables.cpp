#include "adatom/pipeline/input_tables.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

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

}  // namespace adatom::pipeline
