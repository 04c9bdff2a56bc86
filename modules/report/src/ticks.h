#pragma once
// Where an axis is marked, and with what.
#include <string>
#include <vector>

#include "adatom/report/figure.h"
#include "adatom/report/figure_curve.h"

namespace adatom::report {

struct Tick {
  double value;
  std::string label;
};

struct Ticks {
  std::vector<Tick> ticks;
  int exponent = 0;  ///< labels are to be multiplied by this power of ten
};

/// About `wanted` round values (1, 2 or 5 times a power of ten apart) within `range`.
[[nodiscard]] Ticks linear_ticks(const Range& range, int wanted, AxisKind kind);

/// Powers of ten, with 2 and 5 between them where there are few; range.low > 0.
[[nodiscard]] Ticks logarithmic_ticks(const Range& range);

/// 1, 2 or 5 times a power of ten, the largest not above `length` > 0.
[[nodiscard]] double round_length(double length);

/// "intensity (10⁻³ counts)"; parts that are empty or 0 are left out.
[[nodiscard]] std::string axis_label(const std::string& quantity, const std::string& unit,
                                     int exponent);

/// An axis's label with the power of ten of its numbers: "time (10⁻³ ns)" for "time (ns)".
[[nodiscard]] std::string with_power(const std::string& label, int exponent);

/// `range` made to have a width if it has none, and finite if it is not.
[[nodiscard]] Range usable_range(Range range);

}  // namespace adatom::report
