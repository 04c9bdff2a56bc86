#pragma once
// How far atoms of a crystal move about their sites by heat.
#include <optional>
#include <string_view>

namespace adatom::crystal {

/// Lowest and highest temperature of the table's polynomials.
constexpr double coldest_debye_waller_k = 80.0;
constexpr double hottest_debye_waller_k = 1000.0;

/// The root mean square displacement along one axis, sqrt(B / (8 pi^2)), of C (diamond), Si, Cu,
/// Ge, Ag, Pt or Au in its own crystal. B = a0 + a1 T + a2 T^2 + a3 T^3 + a4 T^4 (Gao and Peng,
/// Acta Cryst. A 55 (1999) 926, table 1; T above 80 K). Nothing: another element, or a temperature
/// outside.
[[nodiscard]] std::optional<double> rms_displacement_angstrom(std::string_view symbol,
                                                              double temperature_k);

}  // namespace adatom::crystal
