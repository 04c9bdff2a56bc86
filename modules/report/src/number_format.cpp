#include "adatom/report/number_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace adatom::report {
namespace {

constexpr const char* minus = "−";

/// From this power of ten on, and below -4, a number is written with a power of ten.
constexpr int large_exponent = 6;
constexpr int small_exponent = -4;

/// The power of ten of the leading digit once `value` is rounded to `digits` digits; value not 0.
int leading_exponent(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", std::abs(value), std::max(digits, 1) - 1);
  return std::atoi(text.c_str() + text.find('e') + 1);
}

/// An error with the number of its digits that count and the power of ten of the first of them.
struct ErrorForm {
  double value;
  int digits;
  int lead;
};

ErrorForm error_form(double error) {
  const std::string text = fmt::format("{:.2e}", error);  // d.dde+xx
  const int leading = (text[0] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  const int lead = std::atoi(text.c_str() + text.find('e') + 1);
  if (leading >= 950) return {std::pow(10.0, lead + 1), 2, lead + 1};
  return {error, leading <= 354 ? 2 : 1, lead};
}

/// `value` rounded to the decimal place 10^place; negative places are decimals.
std::string at_place(double value, int place) {
  if (place <= 0) return fixed(value, -place);
  const double unit = std::pow(10.0, place);
  return fixed(std::round(value / unit) * unit, 0);
}

/// A value and its error as text before they are joined: the shared power of ten is taken out.
struct Rounded {
  std::string value;
  std::string error;
  int place = 0;
  double scaled_error = 0.0;
  int exponent = 0;
};

Rounded round_together(double value, double error) {
  const ErrorForm form = error_form(error);
  const int value_lead = value == 0.0 ? form.lead : leading_exponent(value, 12);
  const int lead = std::max(value_lead, form.lead);
  Rounded out;
  if (lead >= large_exponent || lead < small_exponent) out.exponent = lead;
  out.place = form.lead - form.digits + 1 - out.exponent;
  const double scale = std::pow(10.0, -out.exponent);
  out.scaled_error = form.value * scale;
  out.value = at_place(value * scale, out.place);
  out.error = at_place(out.scaled_error, out.place);
  return out;
}

bool usable_error(double error) { return std::isfinite(error) && error > 0.0; }

}  // namespace

std::string fixed(double value, int decimals) {
  if (std::isnan(value)) return "n/a";
  if (std::isinf(value)) return value > 0.0 ? "∞" : std::string(minus) + "∞";
  std::string text = fmt::format("{:.{}f}", std::abs(value), std::max(decimals, 0));
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return std::signbit(value) && !zero ? minus + text : text;
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return fixed(value, 0);
  digits = std::clamp(digits, 1, 17);
  if (value == 0.0) return "0";
  const int lead = leading_exponent(value, digits);
  if (lead >= large_exponent || lead < small_exponent) {
    // Taken from the decimal text: dividing by a power of ten would round twice.
    const std::string text = fmt::format("{:.{}e}", std::abs(value), digits - 1);
    return (std::signbit(value) ? minus : "") + text.substr(0, text.find('e')) + "×" +
           power_of_ten(lead);
  }
  return at_place(value, lead - digits + 1);
}

std::string with_error(double value, double standard_error) {
  if (!std::isfinite(value) || !usable_error(standard_error)) return significant(value, 4);
  const Rounded r = round_together(value, standard_error);
  if (r.exponent == 0) return r.value + " ± " + r.error;
  return "(" + r.value + " ± " + r.error + ")×" + power_of_ten(r.exponent);
}

std::string concise(double value, double standard_error) {
  if (!std::isfinite(value) || !usable_error(standard_error)) return significant(value, 4);
  const Rounded r = round_together(value, standard_error);
  // In units of the last digit, but with its decimal point where it stands among the value's.
  const bool across_point = r.place < 0 && r.scaled_error >= 1.0;
  const std::string error =
      across_point
          ? r.error
          : at_place(r.scaled_error * std::pow(10.0, std::max(-r.place, 0)), std::max(r.place, 0));
  const std::string text = r.value + "(" + error + ")";
  return r.exponent == 0 ? text : text + "×" + power_of_ten(r.exponent);
}

std::string count_text(long long value) {
  const std::string digits =
      fmt::format("{}", value < 0 ? 0ULL - static_cast<unsigned long long>(value)
                                  : static_cast<unsigned long long>(value));
  std::string text = value < 0 ? minus : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t left = digits.size() - i;
    if (i > 0 && left % 3 == 0 && digits.size() > 4) text += ',';
    text += digits[i];
  }
  return text;
}

std::string power_of_ten(int exponent) {
  constexpr const char* raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (const char digit : fmt::format("{}", std::abs(exponent))) text += raised[digit - '0'];
  return text;
}

}  // namespace adatom::report
