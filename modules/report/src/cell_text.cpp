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

/// Whether so many decimals make 10 of 9.97.
bool rounds_to_ten(double mantissa, int decimals) {
  return std::abs(mantissa) < 10.0 && std::abs(mantissa) + 0.5 * std::pow(10.0, -decimals) >= 10.0;
}

CellText text_with_power(double value, double low, double high, int exponent) {
  const double scale = std::pow(10.0, -exponent);
  const std::string power = exponent == 0 ? "" : "×" + power_of_ten(exponent);
  if (!is_interval(value, low, high)) {
    if (value == 0.0) return {"0", ""};
    const double mantissa = std::abs(value * scale);
    const int first = static_cast<int>(std::floor(std::log10(mantissa) + 1e-12));
    const int decimals = exponent == 0 ? std::clamp(2 - first, 0, 3) : 1;
    if (exponent != 0 && rounds_to_ten(mantissa, decimals)) {
      return text_with_power(value, low, high, exponent + 1);
    }
    return {fixed(value * scale, decimals) + power, ""};
  }
  const double half = (high - low) * scale / 2;
  const int decimals = decimals_for(half);
  if (exponent != 0 && rounds_to_ten(value * scale, decimals)) {
    return text_with_power(value, low, high, exponent + 1);
  }
  CellText out{fixed(value * scale, decimals) + power, ""};
  const double lean = std::abs((high - value) - (value - low)) / (high - low);
  out.interval = lean <= most_lean
                     ? "±" + fixed(half, decimals)
                     : fixed(low * scale, decimals) + "–" + fixed(high * scale, decimals);
  return out;
}

}  // namespace

CellText cell_text(double value, double low, double high, CellForm form) {
  if (std::abs(value) < least_size) value = 0.0;
  return text_with_power(value, low, high, exponent_of(value, form));
}

}  // namespace adatom::report
