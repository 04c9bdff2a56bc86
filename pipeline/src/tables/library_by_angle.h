#pragma once
// Libraries of all detectors at once, and the conditions they are for.
#include <string>

#include "adatom/pipeline/counting_library.h"
#include "adatom/simulate/angular_library.h"

namespace adatom::pipeline {

/// Is it one for the conditions that are given, and does it reach to the detector's outer angle?
[[nodiscard]] bool fits(const simulate::AngularLibrary& library, const LibraryChoice& choice);

/// What the detector of the choice receives.
/// @param source for messages
/// @throws InputError: the detector is missing or beyond the library's angles, or a condition that
/// is given is not the library's
[[nodiscard]] CountingLibrary library_by_angle(const simulate::AngularLibrary& library,
                                               const std::string& source,
                                               const LibraryChoice& choice);

/// @throws InputError: values that are no library's
void require_sound(const CountingLibrary& library);

}  // namespace adatom::pipeline
