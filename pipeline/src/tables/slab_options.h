#pragma once
// The calculation that yields a library for given conditions.
#include <string>
#include <string_view>

#include "adatom/pipeline/counting_library.h"
#include "adatom/simulate/slab_library.h"

namespace adatom::pipeline {

/// Of stored cross-sections and of unfinished calculations: a new one when the same options give
/// other results than before.
inline constexpr std::string_view slab_library_version = "1";

/// The options for a choice that is complete and valid: the defaults, but the conditions, as many
/// atoms as the libraries that ship have, and angles that reach to the detector's outer one.
/// @throws InputError with everything that the tables of the program do not hold; the messages have
/// the command that takes it from the user
[[nodiscard]] simulate::SlabLibraryOptions slab_options(const LibraryChoice& choice);

/// SHA-256 of options and version. The content of options.structure is the caller's to add.
[[nodiscard]] std::string slab_key(const simulate::SlabLibraryOptions& options);

}  // namespace adatom::pipeline
