#pragma once
// What LAMMPS writes into its log.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adatom/md/dynamics.h"

namespace adatom::md {

/// The thermo lines of one run or minimisation.
struct LammpsTable {
  std::string part;  ///< the last line `adatom: ...` before it, without "adatom: "
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;

  /// The number of a column. Nothing found: the number of columns.
  [[nodiscard]] std::size_t column(std::string_view name) const;
};

struct LammpsLog {
  std::vector<LammpsTable> tables;
  std::vector<std::string> warnings;     ///< each once
  std::vector<std::string> errors;       ///< lines with ERROR
  std::optional<std::int64_t> end_step;  ///< of a script of ours that reached its last line
};

/// Reads a log that may still grow: takes pieces of it as they come.
class LammpsLogReader {
 public:
  void add(std::string_view piece);
  [[nodiscard]] const LammpsLog& log() const { return log_; }
  /// The part that the last line belongs to.
  [[nodiscard]] const std::string& part() const { return part_; }

 private:
  void add_line(std::string_view line);
  LammpsLog log_;
  std::string part_;
  std::string rest_;  ///< the beginning of a line
  bool in_table_ = false;
};

/// All of it. Lines of any LAMMPS since 2013: a line that begins with Step names the columns, lines
/// of as many numbers are rows, "Loop time" ends them.
[[nodiscard]] LammpsLog parse_lammps_log(std::string_view text);

/// The rows of the part "dynamics". A run that was resumed has several tables: from the first step
/// of a later one on, what an earlier one said is replaced.
[[nodiscard]] std::vector<Thermo> dynamics_thermo(const LammpsLog& log, double timestep_fs);

}  // namespace adatom::md
