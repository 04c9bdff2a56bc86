#include "adatom/crystal/io/structure_file.h"

#include <utility>

#include "adatom/crystal/trajectory.h"

namespace adatom::crystal {

Structure read_structure(const std::filesystem::path& path, const TypeElements& elements) {
  return std::move(*TrajectoryReader(path, elements).next());
}

}  // namespace adatom::crystal
