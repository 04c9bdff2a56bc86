#pragma once
// One value from several measurements that scatter more than their errors say: random effects.
#include <cstdint>
#include <limits>
#include <span>

namespace adatom::numeric {

/// Measurements are true values with a spread tau about a common mean, plus their own errors.
struct Pooled {
  std::int64_t measurements = 0;
  double value = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double between = 0.0;  ///< tau, a standard deviation; 0: the errors explain the scatter
  double heterogeneity =
      0.0;  ///< Cochran's Q, about `measurements` - 1 where the errors explain it
  /// Of Student's distribution that the interval is taken from; infinite for a normal one.
  double degrees_of_freedom = std::numeric_limits<double>::infinity();
};

/// tau^2 by moments (DerSimonian and Laird, Control. Clin. Trials 7 (1986) 177), the interval by
/// Hartung and Knapp (Stat. Med. 20 (2001) 3875), whose error is never taken below the plain one
/// (Roever, Knapp and Friede, BMC Med. Res. Methodol. 15 (2015) 99). One measurement: its own error
/// and a normal interval.
/// @param standard_errors one for each value; those that are no positive number leave their value
///        out, unless none is: then all count alike
/// @param confidence of the interval, 0.95
/// @throws InputError: lengths that differ, a confidence outside (0, 1)
[[nodiscard]] Pooled pool_random_effects(std::span<const double> values,
                                         std::span<const double> standard_errors,
                                         double confidence);

/// |t| that Student's distribution exceeds with the probability 1 - confidence; for infinite
/// degrees of freedom the normal one's. @throws InputError: confidence outside (0, 1), no degrees
/// of freedom
[[nodiscard]] double student_reach(double confidence, double degrees_of_freedom);

}  // namespace adatom::numeric
