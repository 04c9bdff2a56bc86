#include "adatom/pipeline/input_tables.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

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

ColumnNames read_column_names(const storage::Table& table) {
  ColumnNames names;
  names.frame = integers_if_there(table, "frame");
  if (names.frame.empty()) names.frame.assign(table.rows(), 0);
  if (!table.has("column_id")) {
    std::map<std::int64_t, std::int64_t> next;
    for (const auto frame : names.frame) names.column_id.push_back(next[frame]++);
    return names;
  }
  names.column_id = integers_if_there(table, "column_id");
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> first;
  std::vector<Complaint> complaints;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto frame = names.frame[row];
    const auto id = names.column_id[row];
    const auto [before, is_new] = first.try_emplace({frame, id}, row);
    if (is_new) continue;
    complaints.push_back({fmt::format("column_id {} stands twice in frame {}", id, frame),
                          table.place(row),
                          fmt::format("the first is at {}", table.place(before->second)),
                          table.has("frame") ? "remove one, or leave out column_id"
                                             : "remove one, or say in `frame` which frame it is "
                                               "of"});
  }
  if (!complaints.empty()) throw InputError(std::move(complaints));
  return names;
}

MeasuredColumns read_measured_columns(const fs::path& path) {
  const auto table = storage::read_csv(path);
  require_rows(table);
  auto names = read_column_names(table);
  MeasuredColumns columns;
  columns.frame = std::move(names.frame);
  columns.column_id = std::move(names.column_id);
  columns.has_frames = table.has("frame");
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
  return columns;
}

}  // namespace adatom::pipeline
