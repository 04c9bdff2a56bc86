#include "adatom/pipeline/counting_library.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/pipeline/detector_range.h"
#include "adatom/simulate/angular_library.h"
#include "adatom/storage/files.h"
#include "tables/library_by_angle.h"

namespace adatom::pipeline {
namespace fs = std::filesystem;
namespace {

using storage::cell;

constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

bool agree(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), 1.0); }

// ---- tables and lists ---------------------------------------------------------------------------

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
      throw InputError(Complaint{"not a cross-section", fmt::format("{}:{}", source, line + 1),
                                 '\'' + word + '\'', "give one number a line"});
    }
    values.push_back(*number);
  }
  return values;
}

CountingLibrary library_of_list(const std::vector<double>& values, const std::string& source) {
  storage::Table table({"atom_count", "scs_angstrom2"});
  long long atoms = 0;
  for (const double value : values) table.add_row({cell(++atoms), cell(value)});
  table.source = source;
  return {{values, {}}, std::move(table)};
}

/// The rows that agree with what is given. What else tells rows apart must be the same in all.
std::vector<std::size_t> chosen_rows(const storage::Table& table, const LibraryChoice& choice) {
  std::vector<std::size_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto detector = parse_detector_range(choice.detector_mrad);
  if (detector && !(table.has("inner_mrad") && table.has("outer_mrad"))) {
    throw InputError(Complaint{"the library does not say for which detector it is", table.source,
                               "it has no columns inner_mrad and outer_mrad",
                               "leave out detector_mrad, or give a library that has them"});
  }
  const auto narrow = [&](const char* column, const std::string& given, const auto& matches) {
    if (!table.has(column)) return;
    const auto cells = table.texts(column);
    std::set<std::string> seen;
    for (const std::size_t row : rows) seen.insert(cells[row]);
    if (!given.empty()) std::erase_if(rows, [&](std::size_t row) { return !matches(cells[row]); });
    if (!rows.empty() && (!given.empty() || seen.size() == 1)) return;
    std::string all;
    for (const auto& text : seen) all += (all.empty() ? "" : ", ") + text;
    throw InputError(Complaint{
        given.empty() ? fmt::format("the library has rows of several {}", column)
                      : fmt::format("the library has no rows of {} {}", column, given),
        table.source, "there are: " + all,
        std::string(column).ends_with("_mrad") ? "choose one with detector_mrad, such as 40:160"
                                               : fmt::format("choose one with {}", column)});
  };
  const auto same_text = [](const std::string& wanted) {
    return [wanted](const std::string& text) { return text == wanted; };
  };
  const auto same_number = [](double wanted) {
    return [wanted](const std::string& text) {
      const auto number = parse_double(text);
      return number && agree(*number, wanted);
    };
  };
  narrow("element", choice.element, same_text(choice.element));
  narrow("zone_axis", choice.zone_axis, same_text(choice.zone_axis));
  const DetectorRange range = detector.value_or(DetectorRange{});
  const auto text = [&](double angle) { return detector ? shortest(angle) : std::string(); };
  narrow("inner_mrad", text(range.inner_mrad), same_number(range.inner_mrad));
  narrow("outer_mrad", text(range.outer_mrad), same_number(range.outer_mrad));
  return rows;
}

/// Rows by their number of atoms, 1, 2, 3, ...
std::vector<std::size_t> rows_by_count(const storage::Table& table,
                                       const std::vector<std::size_t>& rows,
                                       const std::vector<double>& values) {
  const auto counts = table.integers("atom_count");
  std::map<long long, std::size_t> row_of;
  for (const std::size_t row : rows) {
    const auto [former, fresh] = row_of.emplace(counts[row], row);
    if (fresh) continue;
    throw InputError(Complaint{fmt::format("{} atoms stand here again", counts[row]),
                               table.place(row), "the first is at " + table.place(former->second),
                               "keep the rows of one element and one detector only"});
  }
  std::vector<std::size_t> ordered;
  for (const auto& [count, row] : row_of) {
    if (count == 0 && values[row] == 0.0) continue;  // nothing scatters nothing
    const auto expected = static_cast<long long>(ordered.size()) + 1;
    if (count != expected) {
      throw InputError(Complaint{fmt::format("the library has no entry for {} atoms", expected),
                                 table.place(row),
                                 "atom counts must be 1, 2, 3, ... without gaps",
                                 {}});
    }
    ordered.push_back(row);
  }
  return ordered;
}

CountingLibrary library_of_table(const storage::Table& table, const LibraryChoice& choice) {
  if (table.rows() == 0) {
    throw InputError(Complaint{"the table has no rows", table.source, {}, {}});
  }
  const auto values = table.numbers("scs_angstrom2");
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (std::isfinite(values[row])) continue;
    throw InputError(Complaint{"scs_angstrom2 is not finite", table.place(row),
                               shortest(values[row]), "remove the row"});
  }
  if (!table.has("atom_count") && table.header().size() == 1) {
    return library_of_list(values, table.source);
  }
  const auto rows = rows_by_count(table, chosen_rows(table, choice), values);
  const bool has_errors = table.has("scs_stderr_angstrom2");
  const auto errors = has_errors ? table.numbers("scs_stderr_angstrom2") : std::vector<double>{};
  const auto counts = table.integers("atom_count");
  std::vector<std::string> header;
  for (const char* name : {"element", "zone_axis", "atom_count", "inner_mrad", "outer_mrad",
                           "scs_angstrom2", "scs_stderr_angstrom2"}) {
    if (table.has(name)) header.emplace_back(name);
  }
  CountingLibrary out{{}, storage::Table(header)};
  out.table.source = table.source;
  for (const std::size_t row : rows) {
    out.values.scs_angstrom2.push_back(values[row]);
    if (has_errors) out.values.stderr_angstrom2.push_back(errors[row]);
    std::vector<std::string> cells;
    for (const auto& name : header) {
      cells.push_back(table.row(row)[static_cast<std::size_t>(
          std::find(table.header().begin(), table.header().end(), name) - table.header().begin())]);
    }
    out.table.add_row(std::move(cells));
  }
  return out;
}

}  // namespace

CountingLibrary read_counting_library(const fs::path& path, const LibraryChoice& choice) {
  const std::string text = storage::read_file(path);
  CountingLibrary library = [&] {
    if (text.starts_with(hdf5_signature)) {
      return library_by_angle(simulate::read_angular_library(path), path.string(), choice);
    }
    if (auto list = parse_plain_list(text, path.string())) {
      if (!choice.detector_mrad.empty()) {
        throw InputError(Complaint{"the library does not say for which detector it is",
                                   path.string(), "it is a plain list of cross-sections",
                                   "leave out detector_mrad"});
      }
      return library_of_list(*list, path.string());
    }
    return library_of_table(storage::parse_csv(text, path.string()), choice);
  }();
  require_sound(library);
  return library;
}

}  // namespace adatom::pipeline
