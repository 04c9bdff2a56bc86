#include "adatom/crystal/io/structure_file.h"

#include <stdexcept>
#include <utility>

#include "adatom/crystal/trajectory.h"
#include "io/structure_format.h"

namespace adatom::crystal {

bool is_structure_file(const std::filesystem::path& path) {
  try {
    (void)find_structure_format(path);
    return true;
  } catch (const std::runtime_error&) {  // unreadable, or another format
    return false;
  }
}

Structure read_structure(const std::filesystem::path& path, const TypeElements& elements) {
  return std::move(*TrajectoryReader(path, elements).next());
}

}  // namespace adatom::crystal
