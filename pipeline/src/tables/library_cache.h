#pragma once
// Libraries that were calculated once and are kept for the next time.
#include <filesystem>
#include <optional>
#include <string>

#include "adatom/base/progress.h"
#include "adatom/pipeline/say.h"
#include "adatom/simulate/slab_library.h"

namespace adatom::pipeline {

/// $ADATOM_CACHE, or $XDG_CACHE_HOME/adatom, or $HOME/.cache/adatom, which need not be there yet.
/// Nothing: none of the variables is set.
[[nodiscard]] std::optional<std::filesystem::path> cache_folder();

/// The same from the variables' values; null or empty: not set. XDG_CACHE_HOME counts only if it is
/// an absolute path (XDG Base Directory Specification 0.8).
[[nodiscard]] std::optional<std::filesystem::path> find_cache_folder(const char* named,
                                                                     const char* xdg_cache_home,
                                                                     const char* home);

/// "au_110_500k_<16 digits of the key>.h5".
[[nodiscard]] std::string cache_file_name(const simulate::SlabLibraryOptions& options);

/// The library of these options, which name no structure: as an earlier call left it in `folder`,
/// or calculated, and left there if that can be. An interrupted calculation goes on from the parts
/// beside it. Trouble with the folder is said and costs time, never the library.
/// @throws InputError: wrong options; Interrupted
[[nodiscard]] simulate::AngularLibrary find_or_calculate(
    const simulate::SlabLibraryOptions& options, const std::optional<std::filesystem::path>& folder,
    const Say& say, Progress& progress);

}  // namespace adatom::pipeline
