#include "adatom/crystal/debye_waller.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gao_peng_1999.h"

namespace adatom::crystal {
std::optional<double> rms_displacement_angstrom(std::string_view symbol, double temperature_k) {
  const auto row = std::ranges::find(gao_peng_1999, symbol, &NamedPolynomial::symbol);
  const bool inside =
      temperature_k >= coldest_debye_waller_k && temperature_k <= hottest_debye_waller_k;
  if (row == gao_peng_1999.end() || !inside) return std::nullopt;
  double b = 0.0;
  for (std::size_t i = row->a.size(); i-- > 0;) b = b * temperature_k + row->a[i];
  return std::sqrt(b / (8.0 * std::numbers::pi * std::numbers::pi));
}

}  // namespace adatom::crystal
