#pragma once
// ADF-STEM frames by incoherent imaging: every atomic column a Gaussian of its cross-section.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/base/random.h"

namespace adatom::simulate {

/// A column seen along the beam: what the truth table holds.
struct TrueColumn {
  double x_angstrom = 0.0;
  double y_angstrom = 0.0;
  std::int64_t atom_count = 0;
  double scs_angstrom2 = 0.0;
  std::int64_t column_id = 0;  ///< the same column keeps its id from frame to frame
};

struct FrameOptions {
  std::int64_t width = 256;
  std::int64_t height = 256;
  double pixel_size_angstrom = 0.12;
  /// Standard deviation of a column's image: source size and thermal motion together.
  double column_width_angstrom = 0.5;
  double background = 0.0;                                  ///< fraction of the incident beam
  std::optional<double> dose_per_angstrom2 = std::nullopt;  ///< empty: no noise
  double scan_jitter_angstrom = 0.0;  ///< s.d. of a row's displacement along x

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// The image in fractions of the incident beam: background + sum of
/// scs / (2 pi width^2) exp(-r^2 / (2 width^2)) at the pixel centres (a probe dwells on a point),
/// each Gaussian followed down to 1e-16 of its height. With jitter, row y shows what lies at
/// x + j_y, j_y normal. With a dose, a pixel is n / (dose * pixel area), n Poisson with mean
/// dose * pixel area * value. Noise and jitter from the stream; it is not advanced.
/// @throws InputError: invalid options, a column that is not finite, a negative expected value
[[nodiscard]] Grid<double> render_frame(std::span<const TrueColumn> columns,
                                        const FrameOptions& options, const RandomStream& random);

}  // namespace adatom::simulate
