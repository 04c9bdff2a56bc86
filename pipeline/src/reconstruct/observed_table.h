#pragma once
// Counted columns of one or more frames as tables have them.
#include <cstdint>
#include <filesystem>
#include <vector>

#include "adatom/reconstruct/observed_column.h"

namespace adatom::pipeline {

struct ObservedFrame {
  std::int64_t frame = 0;
  std::vector<reconstruct::ObservedColumn> columns = {};
};

/// Frames in the order of their numbers, rows in that of the file.
/// @param counts_csv x_angstrom, y_angstrom, atom_count; frame, column_id, probability,
///        scs_angstrom2, x_stderr_angstrom, y_stderr_angstrom and scs_stderr_angstrom2 where they
///        are there
/// @param columns_csv as fit-columns writes it: the standard errors of the columns that stand at
///        the same place in the same frame; others have none. Empty: none
/// @throws InputError with file and line: a column missing, a cell that is no finite number, a
/// count below 0, a probability outside of [0, 1], a column_id twice in a frame; a columns_csv with
/// none of the columns. A cross-section may be below 0: what a fit of next to nothing can give
[[nodiscard]] std::vector<ObservedFrame> read_observed_columns(
    const std::filesystem::path& counts_csv, const std::filesystem::path& columns_csv = {});

}  // namespace adatom::pipeline
