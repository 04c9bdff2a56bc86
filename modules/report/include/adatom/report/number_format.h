#pragma once
// Numbers as people read them: rounded to what their error allows, with a true minus sign (U+2212).
#include <string>

namespace adatom::report {

/// "0.657 ± 0.004": the error rounded by the Particle Data Group's rule (Review of Particle
/// Physics, introduction, 5.3: 100-354 two digits, 355-949 one, 950-999 up to 1000), the value to
/// the same place. Very large or small values get a common power of ten: "(3.20 ± 0.10)×10⁻⁶". An
/// error that is not finite or not positive is left out, the value then has 4 digits.
[[nodiscard]] std::string with_error(double value, double standard_error);

/// The same as "0.657(4)".
[[nodiscard]] std::string concise(double value, double standard_error);

/// Fixed decimals: fixed(-1.25, 1) is "−1.2"; "n/a" for a NaN, "∞" for infinity.
[[nodiscard]] std::string fixed(double value, int decimals);

/// So many significant digits, trailing zeros kept: "0.06570", "1.234×10⁻⁷", "12340".
[[nodiscard]] std::string significant(double value, int digits);

/// "12,345": an integer with thousands separated (from 10,000 on).
[[nodiscard]] std::string count_text(long long value);

/// "10⁻³" for -3.
[[nodiscard]] std::string power_of_ten(int exponent);

}  // namespace adatom::report
