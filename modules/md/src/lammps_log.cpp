#include "adatom/md/lammps_log.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "adatom/base/number_text.h"
#include "adatom/md/lammps_script.h"

namespace adatom::md {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  for (auto begin = line.find_first_not_of(blanks); begin != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(blanks, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(blanks, end);
  }
  return words;
}

std::optional<std::vector<double>> numbers_of(const std::vector<std::string_view>& words) {
  std::vector<double> numbers;
  for (const auto word : words) {
    const auto number = parse_double(word);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

void add_once(std::vector<std::string>& lines, std::string_view line) {
  if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.emplace_back(line);
}

bool begins_with(std::string_view line, std::string_view start) {
  return line.substr(0, start.size()) == start;
}

double value(const LammpsTable& table, const std::vector<double>& row, std::string_view name) {
  const std::size_t column = table.column(name);
  return column < row.size() ? row[column] : 0.0;
}

}  // namespace

std::size_t LammpsTable::column(std::string_view name) const {
  return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) -
                                  columns.begin());
}

void LammpsLogReader::add(std::string_view piece) {
  while (!piece.empty()) {
    const auto end = piece.find('\n');
    if (end == std::string_view::npos) {
      rest_ += piece;
      return;
    }
    rest_ += piece.substr(0, end);
    add_line(rest_);
    rest_.clear();
    piece.remove_prefix(end + 1);
  }
}

void LammpsLogReader::add_line(std::string_view line) {
  constexpr std::string_view mark = "adatom: ";
  if (begins_with(line, mark)) {
    part_ = line.substr(mark.size());
    in_table_ = false;
    log_.end_step.reset();
    const std::string_view end = LammpsMarks::end;
    if (!begins_with(line, end)) return;
    if (const auto step = parse_integer(line.substr(end.size()))) log_.end_step = *step;
    return;
  }
  if (begins_with(line, "ERROR")) log_.errors.emplace_back(line);
  if (begins_with(line, "WARNING")) add_once(log_.warnings, line);
  if (begins_with(line, "Loop time")) in_table_ = false;
  const auto words = words_of(line);
  if (words.empty()) return;
  if (words[0] == "Step" && words.size() > 1) {
    log_.tables.push_back({.part = part_, .columns = {words.begin(), words.end()}, .rows = {}});
    in_table_ = true;
    return;
  }
  if (!in_table_ || words.size() != log_.tables.back().columns.size()) return;
  if (auto numbers = numbers_of(words)) log_.tables.back().rows.push_back(std::move(*numbers));
}

LammpsLog parse_lammps_log(std::string_view text) {
  LammpsLogReader reader;
  reader.add(text);
  reader.add("\n");
  return reader.log();
}

std::vector<Thermo> dynamics_thermo(const LammpsLog& log, double timestep_fs) {
  std::vector<Thermo> lines;
  for (const auto& table : log.tables) {
    if (table.part != "dynamics") continue;
    for (const auto& row : table.rows) {
      Thermo line;
      line.step = std::llround(value(table, row, "Step"));
      line.time_ps = static_cast<double>(line.step) * timestep_fs / 1000.0;
      line.temperature_k = value(table, row, "Temp");
      line.potential_ev = value(table, row, "PotEng");
      line.kinetic_ev = value(table, row, "KinEng");
      line.conserved_ev = value(table, row, "Econserve");
      while (!lines.empty() && lines.back().step >= line.step) lines.pop_back();
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace adatom::md
