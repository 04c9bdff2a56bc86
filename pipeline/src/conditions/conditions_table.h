#pragma once
// The table of `adatom track-conditions`: videos, the conditions they were taken under, and options
// of their own.
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "adatom/pipeline/yaml_options.h"
#include "track/track_work.h"

namespace adatom::pipeline {

/// A column that is no option: what differs between the videos.
struct ConditionColumn {
  std::string name;
  bool is_number = true;  ///< every cell is one
};

struct ConditionVideo {
  std::string name;   ///< of its folder
  std::string place;  ///< in the table, for messages
  VideoPaths files;
  std::vector<std::string> cells;  ///< of the columns of conditions
  std::vector<double> numbers;     ///< the same; NaN in columns of text
  std::vector<GivenOption> given;  ///< options in this row
};

struct ConditionsTable {
  std::vector<ConditionColumn> columns;
  std::vector<ConditionVideo> videos;
  std::vector<std::string> warnings;
};

/// `video` names files, several separated by semicolons, from the folder of the table on; `name`
/// (not needed) the folder of its results; columns with names of options of `adatom track` are
/// options of the row where their cells are not empty; all others are conditions.
/// @throws InputError with all that is wrong: no such table, no videos, no conditions, empty cells,
/// names that are not their own
[[nodiscard]] ConditionsTable read_conditions(const std::filesystem::path& path);

/// The options of one video: those of the command, then those of its row.
/// @throws InputError: values that are none
[[nodiscard]] TrackOptions options_of(const ConditionVideo& video,
                                      std::span<const GivenOption> given);

}  // namespace adatom::pipeline
