#include "scene.h"

namespace adatom::columns {

Scene to_scene(std::size_t width, std::size_t height, double pixel_size_angstrom,
               std::span<const Column> columns, const Background& background) {
  Scene scene{.width = width, .height = height, .columns = {}};
  scene.columns.reserve(columns.size());
  for (const Column& c : columns) {
    scene.columns.push_back({c.x_angstrom / pixel_size_angstrom, c.y_angstrom / pixel_size_angstrom,
                             c.height, c.width_angstrom / pixel_size_angstrom});
  }
  scene.level = background.level;
  scene.slope_x = background.slope_x_per_angstrom * pixel_size_angstrom;
  scene.slope_y = background.slope_y_per_angstrom * pixel_size_angstrom;
  return scene;
}

}  // namespace adatom::columns
