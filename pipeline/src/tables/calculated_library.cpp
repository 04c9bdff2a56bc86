// The library for conditions that none of the program's data is for.
#include <algorithm>

#include <fmt/core.h>

#include "adatom/pipeline/counting_library.h"
#include "tables/library_by_angle.h"
#include "tables/library_cache.h"
#include "tables/slab_options.h"

namespace adatom::pipeline {

std::string calculated_library_key(const LibraryChoice& choice) {
  return slab_key(slab_options(choice));
}

CountingLibrary calculate_counting_library(const LibraryChoice& choice, const Say& say,
                                           Progress& progress) {
  const auto options = slab_options(choice);
  const auto library = find_or_calculate(options, cache_folder(), say, progress);
  CountingLibrary out = library_by_angle(library, "the calculated library", choice);
  require_sound(out);
  double worst = 0.0;
  for (std::size_t i = 0; i < out.values.scs_angstrom2.size(); ++i) {
    worst = std::max(worst, out.values.stderr_angstrom2[i] / out.values.scs_angstrom2[i]);
  }
  say(fmt::format("its cross-sections on {} mrad have standard errors of at most {:.2f} %",
                  choice.detector_mrad, 100.0 * worst));
  return out;
}

}  // namespace adatom::pipeline
