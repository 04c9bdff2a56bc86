#pragma once
// Dictionaries of atomic environments as HDF5.
#include <filesystem>

#include "adatom/dynamics/dictionary.h"

namespace adatom::dynamics {

/// Layout: attributes of the file hold `format`, `format_version`, `element`, `source`, SOAP's
/// options by name, and `environments` and `classes`, one name a line; `/spectra` (float64,
/// environment x value, normalised, kernel layout) and `/class` (uint8, of each environment,
/// counted from zero). The same dictionary gives the same bytes.
/// @throws InputError: cannot be written; a dictionary that read_dictionary would refuse
void write_dictionary(const EnvironmentDictionary& dictionary, const std::filesystem::path& path);

/// @throws InputError: missing, damaged, another format or version; names that are missing or occur
/// twice, an environment without a class, options out of range, spectra of another size, not finite
/// or not of length 1, more than 255 environments
[[nodiscard]] EnvironmentDictionary read_dictionary(const std::filesystem::path& path);

}  // namespace adatom::dynamics
