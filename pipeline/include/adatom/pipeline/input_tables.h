#pragma once
// Tables that come from outside: start positions, columns. Only the columns needed must
// be there; others are ignored.
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "adatom/columns/model.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// Start positions: x_angstrom,y_angstrom, and frame where frames differ.
struct StartPositions {
  std::vector<columns::Position> positions;
  std::vector<std::int64_t> frame;  ///< empty: the same for all frames
  /// Those of one frame.
  [[nodiscard]] std::vector<columns::Position> of(std::int64_t index) const;
};
/// @throws InputError with file and line: a column missing, a cell that is no finite number, no row
[[nodiscard]] StartPositions read_start_positions(const std::filesystem::path& path);

/// What tells the rows of a table of columns apart.
struct ColumnNames {
  std::vector<std::int64_t> frame;      ///< 0 where missing
  std::vector<std::int64_t> column_id;  ///< the row's number within its frame where missing
};
/// @throws InputError with file and line: no integers, a column_id twice in one frame
[[nodiscard]] ColumnNames read_column_names(const storage::Table& table);

struct ImageSize {
  double width_angstrom = 0.0;
  double height_angstrom = 0.0;
};

/// Cross-sections to count: scs_angstrom2 is needed, the rest may be missing.
struct MeasuredColumns {
  std::vector<std::int64_t> frame;      ///< 0 where missing
  bool has_frames = true;               ///< it is not missing
  std::vector<std::int64_t> column_id;  ///< the row's number within its frame where missing
  std::vector<double> x_angstrom;       ///< empty where missing; so are the next two
  std::vector<double> y_angstrom;
  std::vector<double> scs_stderr_angstrom2;
  std::vector<double> scs_angstrom2;
  /// Of the frames, where it is known: what lies outside of them is not missing.
  std::map<std::int64_t, ImageSize> image_size = {};
  [[nodiscard]] std::size_t size() const { return scs_angstrom2.size(); }
};
/// @throws InputError with file and line
[[nodiscard]] MeasuredColumns read_measured_columns(const std::filesystem::path& path);

}  // namespace adatom::pipeline
