#pragma once
// What to do when there is no library for the conditions asked for.
#include <string>

#include "adatom/pipeline/counting_library.h"

namespace adatom::pipeline {

/// The command that calculates the library.
[[nodiscard]] std::string library_command(const LibraryChoice& choice);

/// That, as advice.
[[nodiscard]] std::string library_remedy(const LibraryChoice& choice);

}  // namespace adatom::pipeline
