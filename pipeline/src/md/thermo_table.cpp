#include "md/thermo_table.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/core.h>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "adatom/storage/files.h"

namespace adatom::pipeline {
namespace {

[[noreturn]] void damaged(const std::filesystem::path& path, std::size_t line) {
  throw InputError({.what = "this is no line of a thermo log",
                    .where = fmt::format("{}:{}", path.string(), line),
                    .why = "the file was changed since the program wrote it",
                    .remedy = "remove the folder it is in to begin that run again"});
}

/// Seven numbers with commas between, all finite.
bool read_values(std::string_view line, std::array<double, 7>& values) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && (at == end || *at++ != ',')) return false;
    const auto read = std::from_chars(at, end, values[i]);
    if (read.ec != std::errc() || !std::isfinite(values[i])) return false;
    at = read.ptr;
  }
  return at == end;
}

}  // namespace

std::string thermo_header() {
  return "step,time_ps,temperature_k,kinetic_ev,potential_ev,total_ev,conserved_ev\n";
}

std::string thermo_row(const md::Thermo& thermo) {
  std::string row = std::to_string(thermo.step);
  for (const double value :
       {thermo.time_ps, thermo.temperature_k, thermo.kinetic_ev, thermo.potential_ev,
        thermo.kinetic_ev + thermo.potential_ev, thermo.conserved_ev}) {
    row += ',' + shortest(value);
  }
  return row + '\n';
}

std::vector<md::Thermo> read_thermo(const std::filesystem::path& path) {
  // Row by row: a table of cells would take ten times the memory, and logs may have millions.
  const std::string text = storage::read_file(path);
  const std::string header = thermo_header();
  if (!text.starts_with(header)) damaged(path, 1);
  std::vector<md::Thermo> rows;
  std::size_t at = header.size();
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) damaged(path, rows.size() + 2);
    std::array<double, 7> values{};
    const std::string_view line(text.data() + at, end - at);
    if (!read_values(line, values)) damaged(path, rows.size() + 2);
    rows.push_back({.step = std::llround(values[0]),
                    .time_ps = values[1],
                    .temperature_k = values[2],
                    .kinetic_ev = values[3],
                    .potential_ev = values[4],
                    .conserved_ev = values[6]});
    at = end + 1;
  }
  return rows;
}

}  // namespace adatom::pipeline
