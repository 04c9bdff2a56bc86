#include "adatom/crystal/debye_waller.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace adatom::crystal {
namespace {

struct Row {
  std::string_view symbol;
  std::array<double, 5> a;  // angstrom^2 per K^i
};

constexpr std::array<Row, 4> table = {{
    {"Au", {0.02981, 1.93e-3, 4.444e-7, -4.842e-10, 1.895e-13}},
    {"Pt", {0.02938, 1.09e-3, 4.310e-7, -4.681e-10, 1.829e-13}},
    {"Cu", {0.08444, 1.38e-3, 1.185e-6, -1.276e-9, 4.956e-13}},
    {"Ag", {0.05358, 2.19e-3, 7.901e-7, -8.588e-10, 3.357e-13}},
}};

}  // namespace

std::optional<double> rms_displacement_angstrom(std::string_view symbol, double temperature_k) {
  const auto row = std::ranges::find(table, symbol, &Row::symbol);
  const bool inside =
      temperature_k >= coldest_debye_waller_k && temperature_k <= hottest_debye_waller_k;
  if (row == table.end() || !inside) return std::nullopt;
  double b = 0.0;
  for (std::size_t i = row->a.size(); i-- > 0;) b = b * temperature_k + row->a[i];
  return std::sqrt(b / (8.0 * std::numbers::pi * std::numbers::pi));
}

}  // namespace adatom::crystal
