#include "ticks.h"

#include <algorithm>
#include <cmath>

#include "adatom/report/number_format.h"

namespace adatom::report {
namespace {

/// Numbers that stay below this, or reach the other, get a common power of ten.
constexpr double small_numbers = 0.05;
constexpr double large_numbers = 1e5;
constexpr int most_ticks = 50;

double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= least * (1.0 - 1e-9)) return power * factor;
  }
  return power * 10.0;
}

int common_exponent(const Range& range) {
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  if (largest >= small_numbers && largest < large_numbers) return 0;
  return 3 * static_cast<int>(std::floor(std::log10(largest) / 3.0));
}

}  // namespace

Ticks linear_ticks(const Range& range, int wanted, AxisKind kind) {
  const Range usable = usable_range(range);
  double step = round_step((usable.high - usable.low) / std::max(wanted, 1));
  if (kind == AxisKind::integer) step = std::max(step, 1.0);
  Ticks out;
  out.exponent = kind == AxisKind::integer ? 0 : common_exponent(usable);
  const double scale = std::pow(10.0, -out.exponent);
  const int decimals =
      std::clamp(static_cast<int>(-std::floor(std::log10(step * scale) + 1e-9)), 0, 15);
  const double first = std::ceil(usable.low / step - 1e-6);
  for (int i = 0; i < most_ticks; ++i) {
    const double value = (first + i) * step;
    if (value > usable.high + 1e-6 * step) break;
    out.ticks.push_back({value, fixed(value * scale, decimals)});
  }
  return out;
}

Ticks logarithmic_ticks(const Range& range) {
  Ticks out;
  const int first = static_cast<int>(std::floor(std::log10(range.low) - 1e-9));
  const int last = static_cast<int>(std::ceil(std::log10(range.high) + 1e-9));
  const int decades = std::max(last - first, 1);
  const int every = (decades + 7) / 8;
  for (int e = first; e <= last; e += every) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (factor > 1.0 && decades > 3) continue;
      const double value = factor * std::pow(10.0, e);
      if (value < range.low * (1 - 1e-9) || value > range.high * (1 + 1e-9)) continue;
      const bool plain = e >= -3 && e <= 3;
      out.ticks.push_back({value, plain          ? fixed(value, std::max(-e, 0))
                                  : factor > 1.0 ? fixed(factor, 0) + "×" + power_of_ten(e)
                                                 : power_of_ten(e)});
    }
  }
  return out;
}

double round_length(double length) {
  const double power = std::pow(10.0, std::floor(std::log10(length) + 1e-12));
  for (const double factor : {5.0, 2.0}) {
    if (power * factor <= length * (1.0 + 1e-9)) return power * factor;
  }
  return power;
}

std::string axis_label(const std::string& quantity, const std::string& unit, int exponent) {
  std::string in_brackets = exponent == 0 ? "" : power_of_ten(exponent);
  if (!unit.empty()) in_brackets += (in_brackets.empty() ? "" : " ") + unit;
  if (in_brackets.empty()) return quantity;
  return quantity + (quantity.empty() ? "(" : " (") + in_brackets + ")";
}

std::string with_power(const std::string& label, int exponent) {
  if (exponent == 0) return label;
  const std::size_t bracket = label.rfind(" (");
  if (bracket == std::string::npos || !label.ends_with(')')) return axis_label(label, "", exponent);
  const std::string unit = label.substr(bracket + 2, label.size() - bracket - 3);
  return axis_label(label.substr(0, bracket), unit, exponent);
}

Range usable_range(Range range) {
  // Far beyond what is measured, but such that differences and margins stay finite.
  constexpr double bound = 1e290;
  if (!std::isfinite(range.low) || !std::isfinite(range.high)) return {0.0, 1.0};
  range.low = std::clamp(range.low, -bound, bound);
  range.high = std::clamp(range.high, -bound, bound);
  if (range.low > range.high) std::swap(range.low, range.high);
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (size < 1e-290) return {0.0, 1.0};
  if (range.high - range.low < 1e-12 * size)
    return {range.low - 0.05 * size, range.high + 0.05 * size};
  return range;
}

}  // namespace adatom::report
