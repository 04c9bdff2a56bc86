#include "adatom/columns/bound.h"

#include <cmath>

#include "adatom/base/error.h"
#include "adatom/base/number_text.h"
#include "check_columns.h"
#include "covariance.h"

namespace adatom::columns {

std::vector<ColumnBound> cramer_rao_bound(std::size_t width, std::size_t height,
                                          double pixel_size_angstrom,
                                          std::span<const Column> columns,
                                          const Background& background, double dose_per_angstrom2,
                                          WidthModel width_model,
                                          BackgroundModel background_model) {
  if (!std::isfinite(dose_per_angstrom2) || dose_per_angstrom2 <= 0.0) {
    throw InputError({.what = "the dose is not a positive number",
                      .where = "Cramer-Rao bound",
                      .why = shortest(dose_per_angstrom2) + " electrons per angstrom^2",
                      .remedy = "give the incident electrons per angstrom^2"});
  }
  if (columns.empty()) {
    throw InputError({.what = "there is no column to bound",
                      .where = "Cramer-Rao bound",
                      .why = {},
                      .remedy = {}});
  }
  check_columns(width, height, pixel_size_angstrom, columns, "Cramer-Rao bound");
  Scene scene = to_scene(width, height, pixel_size_angstrom, columns, background);
  double highest = 0.0;
  for (const PixelColumn& c : scene.columns) highest = std::max(highest, c.height);
  const double counts = dose_per_angstrom2 * pixel_size_angstrom * pixel_size_angstrom;
  // The same floor as in the fit: where nothing is expected nothing is learnt.
  const Likelihood likelihood{.noise = NoiseModel::poisson,
                              .counts_per_unit = counts,
                              .floor = std::max(1e-6 * highest, 1e-6 / counts)};
  const Covariance covariance =
      invert_information(scene, full_layout(width_model, background_model), likelihood);
  std::vector<ColumnBound> bounds;
  bounds.reserve(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column c = to_column(scene.columns[i], covariance.columns[i], pixel_size_angstrom);
    bounds.push_back({.x_angstrom = c.x_stderr_angstrom,
                      .y_angstrom = c.y_stderr_angstrom,
                      .height = c.height_stderr,
                      .width_angstrom = c.width_stderr_angstrom,
                      .scs_angstrom2 = c.scs_stderr_angstrom2});
  }
  return bounds;
}

}  // namespace adatom::columns
