#include "cell_text.h"

#include <algorithm>
#include <cmath>

#include "adatom/report/number_format.h"

namespace adatom::report {
namespace {

/// Numbers outside get a power of ten.
constexpr double least_plain = 1e-3;
constexpr double most_plain = 1e5;
constexpr int most_decimals = 6;

/// Nothing measured is outside; within, powers of ten and differences stay finite.
constexpr double least_size = 1e-250;
constexpr double most_size = 1e250;

/// How far an interval may lean to one side and still be written ±: its arms as 2 to 3.
constexpr double most_lean = 0.2;

int exponent_of(double value, CellForm form) {
  const double size = std::abs(value);
  const double least = form == CellForm::plain ? least_plain : 1.0;
  if (size == 0.0 || (size >= least && size < most_plain)) return 0;
  return static_cast<int>(std::floor(std::log10(size) + 1e-12));
}

/// Decimals that an error deserves (Particle Data Group: two digits up to 354, else one).
int decimals_for(double error) {
  const int first = static_cast<int>(std::floor(std::log10(error)));
  const double leading = error / std::pow(10.0, first);
  const int digits = leading < 3.55 || leading >= 9.5 ? 2 : 1;
  return std::clamp(digits - 1 - first, 0, most_decimals);
}

/// With ends that differ in the digits that are written.
bool is_interval(double value, double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high)) return false;
  const double size = std::max({std::abs(value), std::abs(low), std::abs(high)});
  return size > least_size && size < most_size && high - low > 1e-9 * size;
}

}  // namespace

CellText cell_text(double value, double low, double high, CellForm form) {
  if (std::abs(value) < least_size) value = 0.0;
  const int exponent = exponent_of(value, form);
  const double scale = std::pow(10.0, -exponent);
  const std::string power = exponent == 0 ? "" : "×" + power_of_ten(exponent);
  if (!is_interval(value, low, high)) {
    if (value == 0.0) return {"0", ""};
    const double mantissa = std::abs(value * scale);
    const int first = static_cast<int>(std::floor(std::log10(mantissa) + 1e-12));
    const int digits = exponent == 0 ? 3 : 2;
    return {fixed(value * scale, std::clamp(digits - 1 - first, 0, 3)) + power, ""};
  }
  const double half = (high - low) * scale / 2;
  const int decimals = decimals_for(half);
  CellText out{fixed(value * scale, decimals) + power, ""};
  const double lean = std::abs((high - value) - (value - low)) / (high - low);
  out.interval = lean <= most_lean
                     ? "±" + fixed(half, decimals)
                     : fixed(low * scale, decimals) + "–" + fixed(high * scale, decimals);
  return out;
}

}  // namespace adatom::report
