#pragma once
// The library of cross-sections that columns are counted by: a file of the user's, or one for the
// conditions of the measurement, which ships with the program or is calculated.
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adatom/base/options.h"
#include "adatom/base/progress.h"
#include "adatom/counting/count.h"
#include "adatom/pipeline/say.h"
#include "adatom/storage/csv.h"

namespace adatom::pipeline {

/// What was measured, and how.
struct LibraryChoice {
  std::string element = {};    ///< symbol
  std::string zone_axis = {};  ///< "110"
  std::optional<double> temperature_k = {};
  std::optional<double> voltage_kv = {};
  std::optional<double> aperture_mrad = {};
  std::string detector_mrad = {};  ///< "40:160"

  /// Is any of them but the detector given?
  [[nodiscard]] bool names_conditions() const;
  void describe(OptionVisitor& v);
  /// @param library the user's own; not given: one for the conditions is wanted if any of them is
  /// named, and then all of them are needed
  [[nodiscard]] std::vector<OptionIssue> validate(const InputFile& library) const;
};

/// The options above by their names.
inline constexpr std::array library_choice_names = {"element",    "zone_axis",     "temperature_k",
                                                    "voltage_kv", "aperture_mrad", "detector_mrad"};

struct CountingLibrary {
  counting::Library values;
  /// What was taken, with all that is known of it: element,zone_axis,atom_count,inner_mrad,
  /// outer_mrad,scs_angstrom2,scs_stderr_angstrom2, or those of them.
  storage::Table table;
};

/// The file in data/scs that is for the conditions, which are all given, and reaches to the
/// detector's outer angle. Nothing: none does.
/// @throws InputError: no data folder, or a file in it that is no library
[[nodiscard]] std::optional<std::filesystem::path> shipped_library(const LibraryChoice& choice);

/// Stands for the library that would be calculated for the conditions, and is known before: 64
/// hexadecimal digits of the calculation's options and version.
/// @throws InputError: it cannot be calculated from the tables of the program; the message has the
/// command that calculates one
[[nodiscard]] std::string calculated_library_key(const LibraryChoice& choice);

/// The library for conditions that none which ships is for: calculated now, or by an earlier call
/// that left it in the cache folder (ADATOM_CACHE, by default ~/.cache/adatom).
/// @param say hears what is calculated, where it is kept and how exact it is
/// @throws InputError as calculated_library_key; Interrupted: the next call goes on
[[nodiscard]] CountingLibrary calculate_counting_library(const LibraryChoice& choice,
                                                         const Say& say, Progress& progress);

/// Reads any kind of library:
/// - HDF5 by scattering angle: the detector must be given, and other conditions given must agree;
/// - a table with atom_count and scs_angstrom2 (counts 1, 2, 3, ... in any order, each once). Where
///   it has element, zone_axis, inner_mrad and outer_mrad, what is given chooses among its rows;
/// - a plain list of cross-sections, one a line, as StatSTEM writes them.
/// @throws InputError with file and line
[[nodiscard]] CountingLibrary read_counting_library(const std::filesystem::path& path,
                                                    const LibraryChoice& choice);

}  // namespace adatom::pipeline
