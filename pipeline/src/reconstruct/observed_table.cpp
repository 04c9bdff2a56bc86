#include "reconstruct/observed_table.h"

#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/pipeline/input_tables.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {
namespace {

/// Far thicker than what a beam of electrons passes (0.3 micrometres of gold along [110]).
constexpr std::int64_t most_atoms = 1000;

/// A column of a table of which every cell keeps a condition, or `missing` in every row.
class ObservedCells {
 public:
  explicit ObservedCells(const storage::Table& table) : table_(table) {}

  std::vector<double> numbers(const std::string& name) {
    auto values = table_.numbers(name);
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (!std::isfinite(values[row])) complain(row, name + " is not finite", values[row]);
    }
    return values;
  }
  std::vector<double> numbers_or(const std::string& name, double missing) {
    return table_.has(name) ? numbers(name) : std::vector<double>(table_.rows(), missing);
  }
  /// Errors that no noise determines are infinite: not known.
  std::vector<double> errors(const std::string& name) {
    if (!table_.has(name)) return std::vector<double>(table_.rows(), 0.0);
    auto values = table_.numbers(name);
    for (double& value : values) {
      if (!std::isfinite(value) || value < 0.0) value = 0.0;
    }
    return values;
  }
  void complain(std::size_t row, const std::string& what, double value) {
    complaints_.push_back(
        {.what = what, .where = table_.place(row), .why = shortest(value), .remedy = {}});
  }
  void finish() {
    if (!complaints_.empty()) throw InputError(std::move(complaints_));
  }

 private:
  const storage::Table& table_;
  std::vector<Complaint> complaints_;
};

double position_error(double x_stderr_angstrom, double y_stderr_angstrom) {
  return std::sqrt(0.5 *
                   (x_stderr_angstrom * x_stderr_angstrom + y_stderr_angstrom * y_stderr_angstrom));
}

/// Counts carry the places of the fit as they are.
void add_errors(std::vector<ObservedFrame>& frames, const std::filesystem::path& columns_csv) {
  using Place = std::tuple<std::int64_t, double, double>;
  const auto table = storage::read_csv(columns_csv);
  ObservedCells cells(table);
  const auto frame = read_column_names(table).frame;
  const auto x = cells.numbers("x_angstrom");
  const auto y = cells.numbers("y_angstrom");
  const auto x_stderr = cells.errors("x_stderr_angstrom");
  const auto y_stderr = cells.errors("y_stderr_angstrom");
  const auto scs = cells.errors("scs_stderr_angstrom2");
  cells.finish();
  std::map<Place, std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) rows[{frame[row], x[row], y[row]}] = row;
  std::size_t found = 0;
  for (auto& one : frames) {
    for (auto& column : one.columns) {
      const auto place = rows.find({one.frame, column.x_angstrom, column.y_angstrom});
      if (place == rows.end()) continue;
      ++found;
      column.position_stderr_angstrom =
          position_error(x_stderr[place->second], y_stderr[place->second]);
      column.scs_stderr_angstrom2 = scs[place->second];
    }
  }
  if (found > 0) return;
  throw InputError({.what = "none of the counted columns is in it",
                    .where = columns_csv.string(),
                    .why = "they are looked for by frame, x_angstrom and y_angstrom",
                    .remedy = "name the columns.csv that was counted, or leave it out"});
}

}  // namespace

std::vector<ObservedFrame> read_observed_columns(const std::filesystem::path& counts_csv,
                                                 const std::filesystem::path& columns_csv) {
  const auto table = storage::read_csv(counts_csv);
  if (table.rows() == 0) throw InputError(Complaint{"the table has no rows", table.source, {}, {}});
  ObservedCells cells(table);
  const auto [frame, id] = read_column_names(table);
  const auto x = cells.numbers("x_angstrom");
  const auto y = cells.numbers("y_angstrom");
  const auto count = table.integers("atom_count");
  const auto probability = cells.numbers_or("probability", 1.0);
  const auto scs = cells.numbers_or("scs_angstrom2", 0.0);
  const auto x_stderr = cells.errors("x_stderr_angstrom");
  const auto y_stderr = cells.errors("y_stderr_angstrom");
  const auto scs_stderr = cells.errors("scs_stderr_angstrom2");
  std::map<std::int64_t, ObservedFrame> frames;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (count[row] < 0) {
      cells.complain(row, "atom_count is below 0", static_cast<double>(count[row]));
    }
    if (count[row] > most_atoms) {
      cells.complain(row, fmt::format("atom_count is above {}", most_atoms),
                     static_cast<double>(count[row]));
    }
    if (probability[row] < 0.0 || probability[row] > 1.0) {
      cells.complain(row, "probability is outside of [0, 1]", probability[row]);
    }
    ObservedFrame& one = frames[frame[row]];
    one.frame = frame[row];
    one.columns.push_back({.column_id = id[row],
                           .x_angstrom = x[row],
                           .y_angstrom = y[row],
                           .position_stderr_angstrom = position_error(x_stderr[row], y_stderr[row]),
                           .scs_angstrom2 = scs[row],
                           .scs_stderr_angstrom2 = scs_stderr[row],
                           .atom_count = count[row],
                           .probability = probability[row]});
  }
  cells.finish();
  std::vector<ObservedFrame> list;
  for (auto& [number, one] : frames) list.push_back(std::move(one));
  if (!columns_csv.empty()) add_errors(list, columns_csv);
  return list;
}

}  // namespace adatom::pipeline
