#pragma once
// A number and its interval, as short as the interval allows, for small places.
#include <string>

namespace adatom::report {

struct CellText {
  std::string value = {};  ///< "0.657" or "2.4×10⁻⁵"
  std::string interval =
      {};  ///< "±0.004" or "0.61–0.74", in the value's power of ten; may be empty
};

/// plain: a power of ten for very small and large numbers only. power: for all below 1.
enum class CellForm { plain, power };

/// @param value finite
/// @param low,high its interval; not finite or low >= high: there is none, and the value has three
/// digits
[[nodiscard]] CellText cell_text(double value, double low, double high,
                                 CellForm form = CellForm::plain);

}  // namespace adatom::report
