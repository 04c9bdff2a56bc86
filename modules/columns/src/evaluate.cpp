#include "adatom/columns/evaluate.h"

#include <cmath>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "check_columns.h"
#include "render.h"

namespace adatom::columns {

void check_columns(std::size_t width, std::size_t height, double pixel_size_angstrom,
                   std::span<const Column> columns, const std::string& where) {
  if (width == 0 || height == 0) {
    throw InputError({.what = "the image has no pixels", .where = where, .why = {}, .remedy = {}});
  }
  if (!std::isfinite(pixel_size_angstrom) || pixel_size_angstrom <= 0.0) {
    throw InputError({.what = "the pixel size is not a positive number",
                      .where = where,
                      .why = shortest(pixel_size_angstrom) + " angstrom",
                      .remedy = "give the pixel size in angstrom"});
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& c = columns[i];
    const bool finite = std::isfinite(c.x_angstrom) && std::isfinite(c.y_angstrom) &&
                        std::isfinite(c.height) && std::isfinite(c.width_angstrom);
    if (finite && c.width_angstrom > 0.0) continue;
    throw InputError({.what = "a column's position, height or width cannot be used",
                      .where = where + ", column " + std::to_string(i),
                      .why = "x " + shortest(c.x_angstrom) + ", y " + shortest(c.y_angstrom) +
                             ", height " + shortest(c.height) + ", width " +
                             shortest(c.width_angstrom),
                      .remedy = "give finite numbers and a width above zero"});
  }
}

Grid<double> evaluate_model(std::size_t width, std::size_t height, double pixel_size_angstrom,
                            std::span<const Column> columns, const Background& background) {
  check_columns(width, height, pixel_size_angstrom, columns, "model image");
  return draw_model(to_scene(width, height, pixel_size_angstrom, columns, background)).grid();
}

}  // namespace adatom::columns
