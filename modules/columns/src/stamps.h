#pragma once
// Each column's Gaussian on the pixels it covers. It is separable: exp in x times exp in y, so a
// column costs two short tables, whatever the number of its pixels.
#include <cstddef>
#include <vector>

#include "kernels.h"
#include "scene.h"

namespace adatom::columns {

/// A Gaussian falls to 1e-6 of its height at sqrt(2 ln 1e6) = 5.2565 widths.
inline constexpr double cut_widths = 5.2565217;

/// The pixels [x_begin, x_end) x [y_begin, y_end) on which a column counts: a square that holds
/// the circle of the cut, clipped to the image. It is kept while the column moves little, because
/// pixels that come and go would make the objective jump.
struct Support {
  std::size_t x_begin = 0;
  std::size_t x_end = 0;
  std::size_t y_begin = 0;
  std::size_t y_end = 0;
  double x = 0.0;  ///< the column it was made for
  double y = 0.0;
  double width = -1.0;

  [[nodiscard]] std::size_t columns() const { return x_end - x_begin; }
  [[nodiscard]] std::size_t rows() const { return y_end - y_begin; }
};

/// With g = exp(-dx^2/(2 rho^2)): u_0 = g, u_1 = dx/rho^2 g, u_2 = dx^2/rho^3 g along x, and v_k
/// the same along y. The column is height u_0 v_0; its derivatives are height times u_1 v_0 (x),
/// u_0 v_1 (y), u_2 v_0 + u_0 v_2 (width).
class Stamp {
 public:
  void fill(const PixelColumn& column, const Support& support);
  [[nodiscard]] const Support& support() const { return support_; }
  [[nodiscard]] const double* u() const { return tables_.data(); }
  [[nodiscard]] std::size_t u_stride() const { return u_stride_; }
  [[nodiscard]] const double* v() const { return tables_.data() + 3 * u_stride_; }
  [[nodiscard]] std::size_t v_stride() const { return v_stride_; }

 private:
  Support support_;
  std::size_t u_stride_ = 0;
  std::size_t v_stride_ = 0;
  std::vector<double> tables_;
};

/// Makes anew the supports of columns that moved more than a quarter of a pixel or changed their
/// width by more than 2 % since (the margin of a support allows that much). True if any changed.
bool refresh_supports(const Scene& scene, std::vector<Support>& supports);

void fill_stamps(const Scene& scene, const std::vector<Support>& supports,
                 std::vector<Stamp>& stamps);

}  // namespace adatom::columns
