#pragma once
// Strain of a crystal from two sets of its lattice fringes: geometric phase analysis (Hytch, Snoeck
// and Kilaas, Ultramicroscopy 74 (1998) 131).
#include <array>
#include <span>
#include <string>
#include <vector>

#include "adatom/base/grid.h"
#include "adatom/base/options.h"
#include "adatom/diffraction/fringe_search.h"
#include "adatom/diffraction/geometry.h"

namespace adatom::diffraction {

struct StrainOptions {
  double sigma_k_per_nm = 0.35;  ///< of the masks
  double edge_share = 0.7;  ///< no strain where fringes are weaker than this share of the usual
  double noise_percentile = 99.0;

  void describe(OptionVisitor& v);
  [[nodiscard]] std::vector<OptionIssue> validate() const;
};

/// A quantity at each pixel; NaN where the fringes are too weak.
struct StrainMap {
  Grid<double> value;
  Grid<double> standard_error;
};

struct StrainResult {
  StrainMap xx, yy, xy;    ///< xy: half the sum of the mixed derivatives
  StrainMap rotation_rad;  ///< from x towards y
  Mask valid;
  std::array<std::array<double, 2>, 2> g_per_nm{};  ///< kx, ky of both in the reference region
  std::array<std::array<double, 2>, 2> g_stderr_per_nm{};
  double kernel_nm = 0.0;
  std::vector<std::string> warnings;
};

/// The phase of each envelope of fringe_filter.h, with its carrier, has the gradient 2 pi k(r), and
/// k(r) = g - grad(g . u): equations 6, 12 and 33 of the paper, with no need to unwrap since the
/// gradient is Im(E* grad E) / |E|^2. With K of the rows k1, k2 and G of g1, g2 the displacement
/// gradient at the deformed place is e = 1 - G^-1 K (e_ij = d u_i / d x_j), without an expansion in
/// small strains. xx = e_xx, yy = e_yy, xy = (e_xy + e_yx) / 2, rotation = (e_yx - e_xy) / 2.
///
/// g1 and g2 are the means of k1, k2, weighted with |E|^2, over the reference region: strain is
/// zero there on average. The paper's relation of noise to strain: what masks turned away from the
/// reflections see has the mean square n^2, and a Gaussian mask gives k along an axis the standard
/// error sigma_k n / (2 |E|). It goes through the linear part of the formula; the error of the
/// reference is added. Neighbouring pixels share their error over about a kernel, 1 / (2 pi
/// sigma_k); of the reference's mean it is left at the region's rim only, as k is a gradient. Near
/// the border of a crystal, or of two strains, the kernel averages over both.
/// @param first, second not parallel, of one phase
/// @param others peaks to keep noise masks away from
/// @param reference of the image's size; empty: wherever fringes are strong enough
/// @throws InputError: as FringeFilter, parallel fringes, a reference without strong fringes
[[nodiscard]] StrainResult map_strain(const Grid<double>& image, double pixel_size_nm,
                                      const Fringe& first, const Fringe& second,
                                      std::span<const Fringe> others, const Mask& reference,
                                      const StrainOptions& options);

}  // namespace adatom::diffraction
