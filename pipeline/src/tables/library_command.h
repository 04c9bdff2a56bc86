#pragma once
// What to do when there is no library for the conditions asked for.
#include <string>

#include "adatom/pipeline/counting_library.h"

namespace adatom::pipeline {

/// Columns of so many atoms, as in the libraries that ship with the program.
inline constexpr std::int64_t library_atoms = 30;

/// What the tables do not hold, so that the user has to say it.
struct MissingConstants {
  bool lattice_parameter = false;
  bool displacement = false;  ///< by heat
  bool crystal = false;       ///< along the zone axis
};

/// "au_110_300k" of the conditions: names files and folders.
[[nodiscard]] std::string library_stem(const LibraryChoice& choice);

/// The command that calculates the library, with words in capitals for what is missing.
[[nodiscard]] std::string library_command(const LibraryChoice& choice,
                                          const MissingConstants& missing = {});

/// That, as advice.
[[nodiscard]] std::string library_remedy(const LibraryChoice& choice,
                                         const MissingConstants& missing = {});

}  // namespace adatom::pipeline
